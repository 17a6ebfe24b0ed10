// A service as a user's might be: it has migrations, and it refuses to start without them.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

const version = "VERSION"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "migrate" {
		if err := os.WriteFile(os.Getenv("DATABASE"), []byte("migrated by "+version), 0o600); err != nil {
			log.Fatal(err)
		}
		return
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		database, err := os.ReadFile(os.Getenv("DATABASE"))
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintf(w, "%s, %s", version, database)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

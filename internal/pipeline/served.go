package pipeline

import (
	"net/http"

	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/remote"
)

// StoreRoot is the path below which StoreHandler answers.
const StoreRoot = remote.Root

// StoreHandler serves a history to the stores of OpenHistory that are elsewhere. Who may ask is for the caller to decide.
func StoreHandler(store history.Store, version string) http.Handler {
	return remote.Handler(store, version)
}

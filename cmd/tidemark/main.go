// Command tidemark proves that an HTTP API is still fast.
package main

import "os"

func main() { os.Exit(tidemark(os.Args[1:], os.Stdout, os.Stderr)) }

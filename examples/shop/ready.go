package shop

// Ready is where a shop listens: the one line that Run prints, for a parent process to read.
type Ready struct {
	URL       string `json:"url"`
	Admin     string `json:"admin"`
	Inventory string `json:"inventory"`
	Token     string `json:"token"` // may act for every user
	Version   string `json:"version"`
}

package shop

// Patterns are the routes of the API, for the test that holds openapi.json against them.
func (s *Server) Patterns() []string {
	var patterns []string
	for _, route := range s.routes() {
		patterns = append(patterns, route.pattern)
	}
	return patterns
}

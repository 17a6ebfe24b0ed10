// Command excerpt cuts what forgetest serves out of the description that a code host publishes of its API: some operations, and all that they refer to.
//
//	npm pack @octokit/openapi@23.0.2 && tar -xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
//	go run ./internal/forge/forgetest/excerpt github package/generated/api.github.com.json
//	go run ./internal/forge/forgetest/excerpt gitea "$(go mod download -json code.gitea.io/gitea@v1.26.0 | jq -r .Dir)/templates/swagger/v1_json.tmpl"
//
// An excerpt is OpenAPI 3.1, whatever the description is written in: its schemas are JSON Schemas. What is said in prose is left out, but an example of each answer.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "excerpt:", err)
		os.Exit(1)
	}
}

// A host is a description, and what is taken out of it.
type host struct {
	title, source, version, copyright string
	operations                        []string // method and path
}

var hosts = map[string]host{
	"github": {
		"GitHub's REST API, version 2022-11-28: an excerpt", "https://github.com/github/rest-api-description, as the npm package @octokit/openapi has it (generated/api.github.com.json)", "23.0.2",
		"Copyright (c) 2020 Octokit contributors; the description is by GitHub",
		[]string{
			"get /user",
			"get /repos/{owner}/{repo}/issues/{issue_number}/comments", "post /repos/{owner}/{repo}/issues/{issue_number}/comments",
			"patch /repos/{owner}/{repo}/issues/comments/{comment_id}", "delete /repos/{owner}/{repo}/issues/comments/{comment_id}",
			"get /repos/{owner}/{repo}/pulls",
			"post /repos/{owner}/{repo}/check-runs", "patch /repos/{owner}/{repo}/check-runs/{check_run_id}",
		},
	},
	"gitea": {
		"Gitea's API: an excerpt", "the Go module code.gitea.io/gitea (templates/swagger/v1_json.tmpl)", "1.26.0",
		"Copyright (c) 2016 The Gitea Authors; Copyright (c) 2015 The Gogs Authors",
		[]string{
			"get /user",
			"get /repos/{owner}/{repo}/issues/{index}/comments", "post /repos/{owner}/{repo}/issues/{index}/comments",
			"patch /repos/{owner}/{repo}/issues/comments/{id}", "delete /repos/{owner}/{repo}/issues/comments/{id}",
			"post /repos/{owner}/{repo}/statuses/{sha}",
		},
	},
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("say github or gitea, and the file of its description")
	}
	h, known := hosts[args[0]]
	if !known {
		return fmt.Errorf("%q is neither github nor gitea", args[0])
	}
	text, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	var described map[string]any
	if err := json.Unmarshal(text, &described); err != nil {
		return fmt.Errorf("%s: %w", args[1], err)
	}
	out, err := h.excerpt(described)
	if err != nil {
		return fmt.Errorf("%s: %w", args[1], err)
	}
	text, err = json.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("internal", "forge", "forgetest", "described", args[0]+".json"), append(text, '\n'), 0o644)
}

func (h host) excerpt(described map[string]any) (map[string]any, error) {
	out := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": h.title, "version": h.version, "license": map[string]any{"name": "MIT", "identifier": "MIT"},
			"x-source": h.source, "x-copyright": h.copyright, "x-made-by": "go run ./internal/forge/forgetest/excerpt"},
	}
	if described["swagger"] == "2.0" {
		upgrade(described)
	}
	var wanted []string // references that are still to be followed
	for _, one := range h.operations {
		method, path, _ := strings.Cut(one, " ")
		operation, ok := at(described, "paths", path, method).(map[string]any)
		if !ok {
			return nil, fmt.Errorf("no operation %s is described", one)
		}
		put(out, renew(operation, &wanted), "paths", path, method)
	}
	for len(wanted) > 0 {
		from := strings.Split(strings.TrimPrefix(wanted[0], "#/"), "/")
		wanted = wanted[1:]
		to := place(from)
		if at(out, to...) != nil {
			continue
		}
		target := at(described, from...)
		if target == nil {
			return nil, fmt.Errorf("nothing is at #/%s", strings.Join(from, "/"))
		}
		put(out, renew(target, &wanted), to...)
	}
	return out, nil
}

// place is where version 3 has what version 2 has at the top.
func place(from []string) []string {
	switch from[0] {
	case "definitions":
		return []string{"components", "schemas", from[1]}
	case "responses":
		return []string{"components", "responses", from[1]}
	}
	return from
}

func at(tree any, path ...string) any {
	for _, name := range path {
		m, _ := tree.(map[string]any)
		tree = m[name]
	}
	return tree
}

func put(tree map[string]any, v any, path ...string) {
	for _, name := range path[:len(path)-1] {
		if tree[name] == nil {
			tree[name] = map[string]any{}
		}
		tree = tree[name].(map[string]any)
	}
	tree[path[len(path)-1]] = v
}

// prose is what an excerpt needs nothing of.
var prose = []string{"summary", "description", "example", "externalDocs", "tags", "operationId", "consumes", "produces", "deprecated", "discriminator"}

// renew is a part of a description as version 3.1 writes it. What it refers to is added to wanted.
func renew(v any, wanted *[]string) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = renew(item, wanted)
		}
		return out
	case map[string]any:
		return renewObject(v, wanted)
	}
	return v
}

func renewObject(o map[string]any, wanted *[]string) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		v := o[key]
		switch {
		case key == "value": // of an example: data, which is nobody's description
			out[key] = v
		case key == "$ref":
			ref := v.(string)
			*wanted = append(*wanted, ref)
			out[key] = "#/" + strings.Join(place(strings.Split(strings.TrimPrefix(ref, "#/"), "/")), "/")
		case key == "properties": // names of members, which may be any words
			members := map[string]any{}
			for name, member := range v.(map[string]any) {
				members[name] = renew(member, wanted)
			}
			out[key] = members
		case key == "examples": // one is enough
			if all, ok := v.(map[string]any); ok {
				name := slices.Sorted(maps.Keys(all))[0]
				out[key] = map[string]any{"one": renew(all[name], wanted)}
			}
		case slices.Contains(prose, key), strings.HasPrefix(key, "x-"):
		default:
			out[key] = renew(v, wanted)
		}
	}
	return nullable(out)
}

// upgrade writes what version 2 says otherwise than version 3 as version 3 does: where the body is described, and the answers.
func upgrade(described map[string]any) {
	for _, operations := range described["paths"].(map[string]any) {
		for _, o := range operations.(map[string]any) {
			operation := o.(map[string]any)
			upgradeParameters(operation)
			upgradeAnswers(operation["responses"])
		}
	}
	upgradeAnswers(described["responses"])
}

func upgradeParameters(operation map[string]any) {
	parameters, _ := operation["parameters"].([]any)
	kept := []any{}
	for _, one := range parameters {
		p := one.(map[string]any)
		if p["in"] == "body" {
			operation["requestBody"] = map[string]any{"required": p["required"] == true, "content": asJSON(p["schema"])}
			continue
		}
		schema := map[string]any{}
		for key, v := range p {
			if key != "name" && key != "in" && key != "required" {
				schema[key] = v
				delete(p, key)
			}
		}
		p["schema"] = schema
		kept = append(kept, p)
	}
	operation["parameters"] = kept
}

func upgradeAnswers(all any) {
	answers, _ := all.(map[string]any)
	for _, a := range answers {
		answer := a.(map[string]any)
		if schema := answer["schema"]; schema != nil {
			answer["content"] = asJSON(schema)
			delete(answer, "schema")
		}
		headers, _ := answer["headers"].(map[string]any)
		for name, schema := range headers {
			headers[name] = map[string]any{"schema": schema}
		}
	}
}

func asJSON(schema any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

// nullable writes what may be null as JSON Schema does.
func nullable(o map[string]any) map[string]any {
	if o["nullable"] != true {
		delete(o, "nullable")
		return o
	}
	delete(o, "nullable")
	kind, plain := o["type"].(string)
	if !plain {
		return map[string]any{"anyOf": []any{o, map[string]any{"type": "null"}}}
	}
	o["type"] = []any{kind, "null"}
	if words, ok := o["enum"].([]any); ok {
		o["enum"] = append(words, nil)
	}
	return o
}

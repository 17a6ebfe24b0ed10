package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// What is asked for is taken, with what it refers to, however far; prose is left out, and members that are called as prose is are not.
func TestExcerpt(t *testing.T) {
	want := object(t, `{
		"paths": {"/a/{id}": {"post": {
			"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
			"requestBody": {"required": false, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}},
			"responses": {"200": {"$ref": "#/components/responses/Out"}}
		}}},
		"components": {
			"responses": {"Out": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/In"}}}}, "headers": {"x": {"schema": {"type": "string"}}}}},
			"schemas": {"In": {"type": "object", "properties": {"description": {"type": "string"}, "next": {"$ref": "#/components/schemas/In"}}}}
		}}`)
	for version, described := range map[string]string{
		"2": `{"swagger": "2.0", "paths": {"/b": {"get": {}}, "/a/{id}": {"post": {"summary": "s", "tags": ["t"],
			"parameters": [{"name": "id", "in": "path", "required": true, "type": "integer", "description": "d"}, {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/In"}}],
			"responses": {"200": {"$ref": "#/responses/Out"}}}}},
			"responses": {"Out": {"description": "d", "schema": {"type": "array", "items": {"$ref": "#/definitions/In"}}, "headers": {"x": {"type": "string"}}}},
			"definitions": {"Other": {}, "In": {"type": "object", "x-go-package": "p", "properties": {"description": {"type": "string", "description": "d"}, "next": {"$ref": "#/definitions/In"}}}}}`,
		"3": `{"openapi": "3.0.3", "paths": {"/b": {"get": {}}, "/a/{id}": {"post": {"summary": "s", "x-y": {},
			"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}, "description": "d"}],
			"requestBody": {"required": false, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}},
			"responses": {"200": {"$ref": "#/components/responses/Out"}}}}},
			"components": {
				"responses": {"Out": {"description": "d", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/In"}}}}, "headers": {"x": {"schema": {"type": "string"}}}}},
				"schemas": {"Other": {}, "In": {"type": "object", "properties": {"description": {"type": "string", "description": "d"}, "next": {"$ref": "#/components/schemas/In"}}}}}}`,
	} {
		got, err := host{operations: []string{"post /a/{id}"}}.excerpt(object(t, described))
		if err != nil {
			t.Fatal(err)
		}
		delete(got, "openapi")
		delete(got, "info")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("version %s: %s", version, diff)
		}
	}
	if _, err := (host{operations: []string{"get /a/{id}"}}).excerpt(object(t, `{"paths": {"/a/{id}": {"post": {}}}}`)); err == nil {
		t.Error("an operation that is not there is none")
	}
}

// JSON Schema has no word for what may be null: version 3.0's is written as its types.
func TestNullable(t *testing.T) {
	for text, want := range map[string]string{
		`{"type": "string", "nullable": true}`:                                  `{"type": ["string", "null"]}`,
		`{"type": "string", "enum": ["a"], "nullable": true}`:                   `{"type": ["string", "null"], "enum": ["a", null]}`,
		`{"allOf": [{"type": "object"}], "nullable": true}`:                     `{"anyOf": [{"allOf": [{"type": "object"}]}, {"type": "null"}]}`,
		`{"type": "string", "nullable": false}`:                                 `{"type": "string"}`,
		`{"properties": {"nullable": {"type": "boolean"}}}`:                     `{"properties": {"nullable": {"type": "boolean"}}}`,
		`{"examples": {"b": {"value": {"summary": "s"}}, "c": {"value": "x"}}}`: `{"examples": {"one": {"value": {"summary": "s"}}}}`,
	} {
		var wanted []string
		if diff := cmp.Diff(object(t, want), renewObject(object(t, text), &wanted)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

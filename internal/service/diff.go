package service

import (
	"context"
	"strings"
)

// Diff is what changed between two commits in the folder dir and below, at most so many bytes of it, whole lines.
func Diff(ctx context.Context, dir, from, to string, most int) (string, error) {
	text, err := git(ctx, dir, "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--end-of-options", from, to, "--", ".")
	if err != nil || len(text) <= most {
		return text, err
	}
	end := strings.LastIndexByte(text[:most], '\n') + 1
	return text[:end] + "… the diff is longer\n", nil
}

// Package chart draws: plain values to SVG, without a script.
//
// Its stance: a chart is read by someone who looks for one thing. Lines are named where they end, and not in a legend; what has no meaning has no
// colour; red is what failed. Colours are classes, so that one drawing is right in light and dark, on a page and printed: a page brings Style along,
// a file has it inside (Alone). Every drawing has a title and a description for those who don't see it.
package chart

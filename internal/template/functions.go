package template

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
)

// A function draws a value. What is wrong with its arguments it says by panic: the expression's evaluation turns it into an error.
type function func(rng *rand.Rand, args []any) any

// maxRandomDigits bounds hex(n).
const maxRandomDigits = 1 << 16

// mostRepeats bounds repeat: a request is to fit into memory many times.
const mostRepeats = 10_000

var functions = map[string]function{
	"int": func(rng *rand.Rand, args []any) any {
		low, high := bounds("int", args)
		if low != float64(int(low)) || high != float64(int(high)) {
			panic(fmt.Errorf("int(%v, %v): write whole numbers", low, high))
		}
		return int(low) + rng.IntN(int(high)-int(low)+1)
	},
	"float": func(rng *rand.Rand, args []any) any {
		low, high := bounds("float", args)
		return low + rng.Float64()*(high-low)
	},
	"pick": func(rng *rand.Rand, args []any) any {
		list := elements("pick(list)", args, 1)
		return list[rng.IntN(len(list))]
	},
	"weighted": func(rng *rand.Rand, args []any) any {
		list := elements("weighted(list, weights)", args, 2)
		weights, ok := args[1].([]any)
		if !ok || len(weights) != len(list) {
			panic(fmt.Errorf("weighted(list, weights): write a weight for each of the %d elements", len(list)))
		}
		total := 0.0
		for _, w := range weights {
			total += weight(w)
		}
		if total == 0 {
			panic(errors.New("weighted(list, weights): all weights are 0"))
		}
		at := rng.Float64() * total
		for i, w := range weights {
			if at -= weight(w); at < 0 {
				return list[i]
			}
		}
		return list[len(list)-1]
	},
	// repeat(n, x) is rewritten, so that x is evaluated again for each element. What is left to call checks n.
	"repeat": func(_ *rand.Rand, args []any) any {
		if len(args) != 1 {
			panic(errors.New("repeat(n, x): write both"))
		}
		n := number("repeat(n, x)", args[0])
		if n != float64(int(n)) || n < 0 || n > mostRepeats {
			panic(fmt.Errorf("repeat(%v, x): write a whole number from 0 to %d", n, mostRepeats))
		}
		return int(n)
	},
	"uuid": func(rng *rand.Rand, _ []any) any {
		b := random(rng, 16)
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // RFC 9562, version 4
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	},
	"hex": func(rng *rand.Rand, args []any) any {
		if len(args) != 1 {
			panic(errors.New("hex(n): write how many digits"))
		}
		n := int(number("hex(n)", args[0]))
		if n < 1 || n > maxRandomDigits {
			panic(fmt.Errorf("hex(%d): write 1 to %d", n, maxRandomDigits))
		}
		return hex.EncodeToString(random(rng, n/2+1))[:n]
	},
}

func bounds(name string, args []any) (low, high float64) {
	if len(args) != 2 {
		panic(fmt.Errorf("%s(low, high): write both", name))
	}
	low, high = number(name, args[0]), number(name, args[1])
	if low > high {
		panic(fmt.Errorf("%s(%v, %v): the low end comes first", name, low, high))
	}
	return low, high
}

func number(name string, v any) float64 {
	switch n := v.(type) {
	case int:
		return float64(n)
	case int64:
		return float64(n)
	case float64:
		return n
	}
	panic(fmt.Errorf("%s: %v is no number", name, v))
}

func weight(v any) float64 {
	w := number("weighted(list, weights)", v)
	if w < 0 {
		panic(fmt.Errorf("weighted(list, weights): %v is below 0", w))
	}
	return w
}

func elements(name string, args []any, count int) []any {
	if len(args) != count {
		panic(fmt.Errorf("%s: takes %d arguments", name, count))
	}
	list, ok := args[0].([]any)
	if !ok {
		panic(fmt.Errorf("%s: %v is no list", name, args[0]))
	}
	if len(list) == 0 {
		panic(fmt.Errorf("%s: the list is empty", name))
	}
	return list
}

func random(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

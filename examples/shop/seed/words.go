package seed

import (
	"math/rand/v2"
	"strings"
)

var (
	departments = []string{"Kitchen", "Garden", "Office", "Travel", "Bath", "Outdoor", "Kids", "Music"}
	kinds       = []string{"Furniture", "Tools", "Lighting", "Storage", "Textiles"}
	materials   = []string{"Oak", "Steel", "Linen", "Copper", "Walnut", "Ceramic", "Bamboo", "Wool", "Glass", "Cork", "Brass", "Leather"}
	styles      = []string{"Folding", "Modern", "Classic", "Compact", "Nordic", "Rustic", "Light", "Heavy", "Round", "Tall"}
	things      = []string{"Table", "Lamp", "Basket", "Bowl", "Chair", "Shelf", "Blanket", "Tray", "Box", "Stool", "Hook", "Rack",
		"Pot", "Clock", "Mirror", "Bench"}
	colours   = []string{"Black", "White", "Green", "Blue", "Red", "Sand", "Grey"}
	firsts    = []string{"Ada", "Ben", "Chen", "Dora", "Emil", "Fatima", "Goro", "Hanna", "Ivan", "Jude", "Kofi", "Lena", "Mara", "Nils"}
	lasts     = []string{"Adams", "Berg", "Costa", "Diaz", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jones", "Kaya", "Lopez"}
	sentences = []string{
		"made by hand in small batches",
		"easy to clean and hard to break",
		"ships flat and stands up in minutes",
		"a gift that gets used every day",
		"tested for ten years of daily use",
		"the finish gets better with age",
		"fits where others do not",
		"designed with people who use it for a living",
		"spare parts stay available",
		"wears in and never wears out",
		"quiet sturdy and simple",
		"packed without any plastic",
		"the smallest of its family",
		"sits well beside older pieces",
		"repairs are free for life",
	}
)

func pick(rng *rand.Rand, words []string) string { return words[rng.IntN(len(words))] }

func productName(rng *rand.Rand) string {
	return pick(rng, styles) + " " + pick(rng, materials) + " " + pick(rng, things)
}

func personName(rng *rand.Rand) string { return pick(rng, firsts) + " " + pick(rng, lasts) }

// prose is some sentences.
func prose(rng *rand.Rand, count int) string {
	var b strings.Builder
	for i := range count {
		if i > 0 {
			b.WriteByte(' ')
		}
		sentence := pick(rng, sentences)
		b.WriteString(strings.ToUpper(sentence[:1]) + sentence[1:] + ".")
	}
	return b.String()
}

package stats

// StepOrSlope is the sums of squares that three models leave of two neighbouring stretches: a level for each, one line through
// both, and both at once, with the degrees of freedom of the last.
func StepOrSlope(left, right []float64) (step, line, both, free float64) {
	_, vl := moments(left)
	_, vr := moments(right)
	step = vl*float64(len(left)) + vr*float64(len(right))
	all := append(append(make([]float64, 0, len(left)+len(right)), left...), right...)
	_, whole := moments(all)
	xx, xy := slopeSums(all)
	line = whole * float64(len(all))
	if xx > 0 {
		line -= xy * xy / xx
	}
	lxx, lxy := slopeSums(left)
	rxx, rxy := slopeSums(right)
	both = step
	if lxx+rxx > 0 {
		both -= (lxy + rxy) * (lxy + rxy) / (lxx + rxx)
	}
	return step, line, both, float64(len(all) - 3)
}

// slopeSums are the sums of squares of positions, and of products of positions and values, around their means.
func slopeSums(y []float64) (xx, xy float64) {
	mean, _ := moments(y)
	middle := float64(len(y)-1) / 2
	for i, v := range y {
		x := float64(i) - middle
		xx, xy = xx+x*x, xy+x*(v-mean)
	}
	return xx, xy
}

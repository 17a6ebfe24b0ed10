package hist

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"sync"
)

// A histogram in HdrHistogram's interchange format, V2: base64 of a cookie, a length, and, compressed with zlib, a header and the buckets' counts; a count below 0 is so many
// buckets without one (github.com/HdrHistogram/HdrHistogram, AbstractHistogram.encodeIntoCompressedByteBuffer).
const (
	outerCookie = 0x1c849304 // the second nibble of a cookie is how wide its counts are
	innerCookie = 0x1c849303
	cookieMask  = 0xffffff0f
	outerHeader = 8  // bytes
	innerHeader = 40 // bytes
)

// buckets is how many buckets there are, and so how many counts at most: of the first width 2^resolution, of each of the next half as many.
const (
	doublings = 22 // of the width, up to the one whose buckets have an hour in them
	buckets   = (doublings + 2) << (resolution - 1)
)

// An inflater is what reading a histogram needs beside it; made once, it serves many.
type inflater struct {
	packed []byte
	source bytes.Reader
	zlib   io.Reader // nil: nothing was read yet
	plain  bytes.Buffer
	bins   []bin
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// decode reads a histogram of our own geometry, as nearly all are, without making its empty buckets. ok is false for every other text, right or wrong: HdrHistogram reads it
// then, or says what is wrong with it.
func decode(text []byte) (bins []bin, ok bool) {
	in := inflaters.Get().(*inflater)
	defer inflaters.Put(in)
	plain, ok := in.inflate(text)
	if !ok || !ours(plain[:innerHeader]) {
		return nil, false
	}
	in.bins, ok = counted(in.bins[:0], plain[innerHeader:])
	return slices.Clone(in.bins), ok
}

// inflate is the header and the counts. They are overwritten by the next ones.
func (in *inflater) inflate(text []byte) (plain []byte, ok bool) {
	var err error
	if in.packed, err = base64.StdEncoding.AppendDecode(in.packed[:0], text); err != nil || len(in.packed) < outerHeader {
		return nil, false
	}
	length := binary.BigEndian.Uint32(in.packed[4:])
	if binary.BigEndian.Uint32(in.packed)&cookieMask != outerCookie || uint64(length) > uint64(len(in.packed)-outerHeader) {
		return nil, false
	}
	in.source.Reset(in.packed[outerHeader : outerHeader+int(length)])
	if in.zlib == nil {
		in.zlib, err = zlib.NewReader(&in.source)
	} else {
		err = in.zlib.(zlib.Resetter).Reset(&in.source, nil)
	}
	if err != nil {
		in.zlib = nil
		return nil, false
	}
	in.plain.Reset()
	const most = innerHeader + buckets*binary.MaxVarintLen64
	n, err := in.plain.ReadFrom(io.LimitReader(in.zlib, most+1))
	return in.plain.Bytes(), err == nil && n >= innerHeader && n <= most && int(binary.BigEndian.Uint32(in.plain.Bytes()[4:])) == int(n)-innerHeader
}

// ours reports whether a header is that of a histogram as New makes it.
func ours(header []byte) bool {
	return binary.BigEndian.Uint32(header)&cookieMask == innerCookie && binary.BigEndian.Uint32(header[12:]) == digits &&
		binary.BigEndian.Uint64(header[16:]) == uint64(lowest) && binary.BigEndian.Uint64(header[24:]) == uint64(highest)
}

// mostDigits is the finest precision that is read: each digit more makes ten times the buckets, and five take 50 MB for a few bytes of text.
const mostDigits = 4

// precision is how many significant digits a histogram of any geometry has; 0 where its header cannot be read.
func precision(text []byte) int {
	in := inflaters.Get().(*inflater)
	defer inflaters.Put(in)
	plain, _ := in.inflate(text) // a finer one has more counts than ours, and begins alike
	if len(plain) < innerHeader {
		return 0
	}
	return int(binary.BigEndian.Uint32(plain[12:]))
}

// counted appends the buckets that are not empty.
func counted(bins []bin, counts []byte) (_ []bin, ok bool) {
	index, total := int64(0), int64(0)
	for len(counts) > 0 {
		n, length := binary.Varint(counts) // what has nine bytes is written in another way, and counts more than any run does
		if length <= 0 || length > 8 {
			return bins, false
		}
		counts = counts[length:]
		switch {
		case n < 0 && -n > buckets-index, n >= 0 && index >= buckets, n > math.MaxInt64-total:
			return bins, false
		case n < 0:
			index -= n
			continue
		case n > 0:
			bins = append(bins, bin{smallest(index), n})
			total += n
		}
		index++
	}
	return bins, true
}

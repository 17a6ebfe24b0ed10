package history

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
)

// maxRecord bounds a record: what is kept has to be read again, and a hundredth of it is a long one.
const maxRecord = 64 << 20

// Coders may be used by several goroutines. Their options are constants, so that making one cannot fail.
var (
	coder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err)
		}
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxRecord))
		if err != nil {
			panic(err)
		}
		return d
	})
)

// Record is a run's JSON document, if it can be kept.
func Record(run *bench.Run) ([]byte, error) {
	if err := run.Check(); err != nil {
		return nil, fmt.Errorf("history: the run cannot be kept: %w", err)
	}
	record, err := run.Record()
	if err == nil && len(record) > maxRecord {
		err = fmt.Errorf("its record has %d bytes, more than %d", len(record), maxRecord)
	}
	if err != nil {
		return nil, fmt.Errorf("history: run %s cannot be kept: %w", run.ID, err)
	}
	return record, nil
}

// Pack is a run's record, compressed with zstd.
func Pack(run *bench.Run) ([]byte, error) {
	record, err := Record(run)
	if err != nil {
		return nil, err
	}
	return coder().EncodeAll(record, nil), nil
}

// Unpack reads what Pack made.
func Unpack(id string, packed []byte) (*bench.Run, error) {
	record, err := decoder().DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("history: the record of run %s: %w", id, err)
	}
	return Read(id, record)
}

// Read reads a record that was kept.
func Read(id string, record []byte) (*bench.Run, error) {
	run, err := bench.ReadRun(record)
	if err != nil {
		return nil, fmt.Errorf("history: the record of run %s %w", id, err)
	}
	return run, nil
}

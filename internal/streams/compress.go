package streams

import (
	"sync"

	"github.com/klauspost/compress/zstd"

	"bluntcases.com/platform/internal/fault"
)

// The coders are shared: EncodeAll and DecodeAll may be called from many goroutines. They are made at first use.
var encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
})

var decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	// A producer's outbox may hold messages made under another limit; what is far beyond it is a bomb.
	return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(16*MaxMessage), zstd.WithDecoderConcurrency(0))
})

// Compress makes one zstd frame that states its size.
func Compress(raw []byte) ([]byte, error) {
	e, err := encoder()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make a zstd encoder")
	}
	return e.EncodeAll(raw, make([]byte, 0, len(raw)/4+64)), nil
}

// Decompress appends the frame's content to dst.
func Decompress(dst, frame []byte) ([]byte, error) {
	d, err := decoder()
	if err != nil {
		return dst, fault.Wrap(fault.Internal, err, "make a zstd decoder")
	}
	out, err := d.DecodeAll(frame, dst)
	if err != nil {
		return dst, fault.Wrap(fault.InvalidInput, err, "the payload is not zstd")
	}
	return out, nil
}

// Package objects is the platform's view of the S3 API: streaming uploads in parts of equal size (R2 asks for that),
// downloads that resume after a broken connection, metadata, paged listings, conditional writes and signed links. It
// knows buckets and keys, never what stands in an object. Activities and the lake use it; every error it returns is a
// fault, and none of them holds a signed address.
package objects

package shopify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// resultsFor is how long a result can be fetched.
const resultsFor = 7 * 24 * time.Hour

// sign gives the URL of an operation's result. It needs no token, and ends.
func (s *Server) sign(o *operation) string {
	until := o.Completed.After(resultsFor)
	return fmt.Sprintf("%s/_bulk/%d.jsonl?expires=%d&signature=%s", o.Base, o.ID, until, s.signature(o.ID, int64(until)))
}

func (s *Server) signature(id, until int64) string {
	mac := hmac.New(sha256.New, []byte(s.config.ClientSecret))
	fmt.Fprintf(mac, "result %d %d", id, until)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// serveResult answers GET /_bulk/{file}, ranges included.
func (s *Server) serveResult(w http.ResponseWriter, r *http.Request) {
	var id int64
	if _, err := fmt.Sscanf(r.PathValue("file"), "%d.jsonl", &id); err != nil {
		http.NotFound(w, r)
		return
	}
	until, _ := strconv.ParseInt(r.URL.Query().Get("expires"), 10, 64)
	o := s.bulk.get(id)
	switch {
	case o == nil || !hmac.Equal([]byte(s.signature(id, until)), []byte(r.URL.Query().Get("signature"))):
		storageError(w, http.StatusForbidden, "SignatureDoesNotMatch")
		return
	case s.config.Clock().Unix() > until || s.faults.draw(FaultURLExpired, o.Root) != nil:
		storageError(w, http.StatusBadRequest, "ExpiredToken")
		return
	}
	if f := s.faults.draw(FaultDownload5xx, o.Root); f != nil {
		storageError(w, f.status(http.StatusServiceUnavailable), "ServiceUnavailable")
		return
	}
	file, err := os.Open(s.bulk.result(id))
	if err != nil {
		storageError(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("ETag", fmt.Sprintf(`"%d-%d"`, o.ID, o.Size))
	if f := s.faults.draw(FaultDownloadSlow, o.Root); f != nil {
		if !sleep(r.Context(), f.delay()) {
			return
		}
	}
	if f := s.faults.draw(FaultDownloadReset, o.Root); f != nil {
		http.ServeContent(&breaking{ResponseWriter: w, left: int64(f.After)}, r, "", o.Completed.Time(), file)
		return
	}
	if f := s.faults.draw(FaultDownloadTruncated, o.Root); f != nil {
		// The answer looks whole: only its length against fileSize tells.
		http.ServeContent(w, r, "", o.Completed.Time(), io.NewSectionReader(file, 0, min(o.Size, int64(f.After))))
		return
	}
	http.ServeContent(w, r, "", o.Completed.Time(), file)
}

// storageError answers as the object store does that serves the results.
func storageError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml; charset=UTF-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version='1.0' encoding='UTF-8'?><Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
}

// breaking cuts the connection after so many bytes of the body.
type breaking struct {
	http.ResponseWriter
	left int64
}

func (b *breaking) Write(p []byte) (int, error) {
	if int64(len(p)) <= b.left {
		b.left -= int64(len(p))
		return b.ResponseWriter.Write(p)
	}
	n, _ := b.ResponseWriter.Write(p[:b.left])
	http.NewResponseController(b.ResponseWriter).Flush() //nolint:errcheck // the connection is about to break anyway
	hangUp(b.ResponseWriter)
	return n, net.ErrClosed
}

// hangUp resets the connection, so that the client sees no answer or half of one.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // a plain close will do
	}
	conn.Close()
}

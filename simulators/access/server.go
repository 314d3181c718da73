package access

import (
	"crypto/subtle"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/http/httputil"
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// Names of the wire protocol.
const (
	HeaderToken        = "Cf-Access-Jwt-Assertion"
	HeaderEmail        = "Cf-Access-Authenticated-User-Email"
	HeaderClientID     = "CF-Access-Client-Id"
	HeaderClientSecret = "CF-Access-Client-Secret"
	cookieName         = "CF_Authorization"
)

//go:embed login.html
var loginPage string

// Server is the simulator, an http.Handler.
type Server struct {
	config Config
	keys   *keys
	proxy  *httputil.ReverseProxy
	login  *template.Template
	mux    *http.ServeMux
}

// New opens the simulator's directory and its keys.
func New(config Config) (*Server, error) {
	config = config.complete()
	if config.Dir == "" {
		return nil, errors.New("the simulator needs a directory")
	}
	s := &Server{config: config, mux: http.NewServeMux()}
	var err error
	if s.keys, err = openKeys(config.Dir, config.KeepOldKey, config.Clock()); err != nil {
		return nil, err
	}
	if s.login, err = template.New("login").Parse(loginPage); err != nil {
		return nil, err
	}
	if config.Upstream != nil {
		s.proxy = &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(config.Upstream)
				r.SetXForwarded()
				r.Out.Host = r.In.Host
			},
			// Server-sent events pass at once.
			FlushInterval: -1,
			ErrorHandler:  func(w http.ResponseWriter, _ *http.Request, _ error) { badGateway(w) },
		}
	}
	s.routes()
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Audience is the application's audience tag.
func (s *Server) Audience() string { return s.config.Audience }

// Rotate makes a new signing key; the old one stays published for a while.
func (s *Server) Rotate() error { return s.keys.rotate(s.config.Clock()) }

// Mint makes a token for a test. issuer is the team's URL; broken is one of the
// Broken constants, or "".
func (s *Server) Mint(who Subject, issuer, broken string) (string, error) {
	return s.mint(who, issuer, broken)
}

func (s *Server) routes() {
	s.mux.HandleFunc("GET /cdn-cgi/access/certs", s.certs)
	s.mux.HandleFunc("GET /cdn-cgi/access/login", s.showLogin)
	s.mux.HandleFunc("POST /cdn-cgi/access/login", s.logIn)
	s.mux.HandleFunc("GET /cdn-cgi/access/logout", s.logOut)
	s.mux.HandleFunc("GET /cdn-cgi/access/get-identity", s.identity)
	s.mux.HandleFunc("POST /_sim/rotate", s.rotate)
	s.mux.HandleFunc("POST /_sim/tokens", s.mintOne)
	s.mux.HandleFunc("GET /_sim/health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok", "audience": s.config.Audience})
	})
	s.mux.HandleFunc("/", s.pass)
}

// issuer is the team's URL.
func (s *Server) issuer(r *http.Request) string {
	if s.config.Team != "" {
		return s.config.Team
	}
	return "http://" + r.Host
}

func (s *Server) certs(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"keys": s.keys.published(s.config.Clock())})
}

// pass lets a request through to the dashboard with a token, or asks who is there.
func (s *Server) pass(w http.ResponseWriter, r *http.Request) {
	// What Access itself sets, nobody else may.
	r.Header.Del(HeaderToken)
	r.Header.Del(HeaderEmail)
	token, who, known := s.caller(r)
	switch {
	case !known && r.Header.Get(HeaderClientID) != "":
		http.Error(w, "Forbidden", http.StatusForbidden)
		return
	case !known && (r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")):
		http.Redirect(w, r, "/cdn-cgi/access/login?redirect_url="+url.QueryEscape(r.URL.RequestURI()), http.StatusFound)
		return
	case !known:
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	case s.proxy == nil:
		badGateway(w)
		return
	}
	r.Header.Set(HeaderToken, token)
	if who.Email != "" {
		r.Header.Set(HeaderEmail, who.Email)
	}
	r.Header.Del(HeaderClientID)
	r.Header.Del(HeaderClientSecret)
	s.proxy.ServeHTTP(w, r)
}

// caller finds out who calls: a machine by its service token, or one of staff
// by the session's cookie.
func (s *Server) caller(r *http.Request) (token string, who Subject, known bool) {
	if id := r.Header.Get(HeaderClientID); id != "" {
		secret, ok := s.config.ServiceTokens[id]
		if !ok || subtle.ConstantTimeCompare([]byte(secret), []byte(r.Header.Get(HeaderClientSecret))) != 1 {
			return "", who, false
		}
		who.CommonName = id
		token, err := s.mint(who, s.issuer(r), "")
		return token, who, err == nil
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return "", who, false
	}
	c, err := s.verify(cookie.Value, s.issuer(r))
	if err != nil {
		return "", who, false
	}
	return cookie.Value, Subject{Email: c.Email}, true
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	err := s.login.Execute(w, map[string]any{"Staff": s.config.Staff, "Back": back(r.URL.Query().Get("redirect_url"))})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *Server) logIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	address, err := mail.ParseAddress(r.FormValue("email"))
	if err != nil {
		http.Error(w, "That is no e-mail address.", http.StatusBadRequest)
		return
	}
	token, err := s.mint(Subject{Email: strings.ToLower(address.Address)}, s.issuer(r), "")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Expires: s.config.Clock().Add(s.config.SessionFor),
	})
	http.Redirect(w, r, back(r.FormValue("redirect_url")), http.StatusSeeOther)
}

func (s *Server) logOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", Expires: time.Unix(0, 0), MaxAge: -1})
	http.Redirect(w, r, "/cdn-cgi/access/login", http.StatusFound)
}

func (s *Server) identity(w http.ResponseWriter, r *http.Request) {
	_, who, known := s.caller(r)
	if !known || who.Email == "" {
		writeJSON(w, http.StatusBadRequest, map[string]string{"err": "no app token set"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"email": who.Email, "user_uuid": subjectOf(who.Email)})
}

func (s *Server) rotate(w http.ResponseWriter, _ *http.Request) {
	if err := s.Rotate(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"kid": s.keys.signing().ID})
}

// mintOne answers POST /_sim/tokens {email | common_name, broken}.
func (s *Server) mintOne(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Subject
		Broken string `json:"broken"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&ask); err != nil {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	token, err := s.mint(ask.Subject, s.issuer(r), ask.Broken)
	if err != nil {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"token": token})
}

// back is where a login leads: a path of our own, never another site.
func back(to string) string {
	if u, err := url.Parse(to); err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
		return "/"
	}
	return to
}

func badGateway(w http.ResponseWriter) {
	http.Error(w, "The dashboard does not answer.", http.StatusBadGateway)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the client went away
}

package graph

// Error is a GraphQL error as the API answers it.
type Error struct {
	Message    string         `json:"message"`
	Path       []string       `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

func (e *Error) Error() string { return e.Message }

// Codes of errors.
const (
	CodeUndefinedField    = "undefinedField"
	CodeUnsupported       = "unsupportedBySimulator"
	CodeInvalidArgument   = "argumentLiteralsIncompatible"
	CodeMissingPagination = "BAD_REQUEST"
)

func refuse(path []string, code, message string) *Error {
	return &Error{Message: message, Path: path, Extensions: map[string]any{"code": code}}
}

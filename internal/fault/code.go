package fault

// Code is a kind of failure. It is stable: it stands in sync.telemetry, in Temporal histories, and in problem documents.
type Code string

// The vocabulary. What each code means for the caller stands in the table below.
const (
	InvalidInput      Code = "invalid_input"
	NotFound          Code = "not_found"
	Conflict          Code = "conflict"
	Unauthorized      Code = "unauthorized"
	Forbidden         Code = "forbidden"
	TooLarge          Code = "too_large"
	RateLimited       Code = "rate_limited"
	Unavailable       Code = "unavailable"
	Timeout           Code = "timeout"
	Internal          Code = "internal"
	UnknownJob        Code = "unknown_job"
	Unsupported       Code = "unsupported"
	Canceled          Code = "canceled"
	NotYet            Code = "not_yet"
	MissingScope      Code = "missing_scope"
	ShopifyDenied     Code = "shopify_denied"
	ShopifyThrottled  Code = "shopify_throttled"
	ShopifyRejected   Code = "shopify_rejected"
	BulkRunning       Code = "bulk_running"
	BulkSlots         Code = "bulk_slots"
	BulkTimeout       Code = "bulk_timeout"
	BulkFailed        Code = "bulk_failed"
	BulkLost          Code = "bulk_lost"
	MalformedArchive  Code = "malformed_archive"
	CountMismatch     Code = "count_mismatch"
	WatermarkRefused  Code = "watermark_refused"
	StreamFull        Code = "stream_full"
	CommitConflict    Code = "commit_conflict"
	SnapshotExpired   Code = "snapshot_expired"
	SchemaMismatch    Code = "schema_mismatch"
	MeasurementBroken Code = "measurement_broken"
)

// Actor is who has to act before the failure goes away.
type Actor string

// The actors.
const (
	Nobody   Actor = "nobody"   // it heals by itself
	Caller   Actor = "caller"   // whoever sent the input
	Operator Actor = "operator" // whoever runs the platform
	Engineer Actor = "engineer" // whoever changes the code
)

type meaning struct {
	status    int
	retryable bool
	actor     Actor
	advice    string
}

var meanings = map[Code]meaning{
	InvalidInput:      {422, false, Caller, "correct the named fields and send it again"},
	NotFound:          {404, false, Caller, "check the identifier"},
	Conflict:          {409, false, Caller, "read the current version and apply the change to it"},
	Unauthorized:      {401, false, Caller, "sign in again"},
	Forbidden:         {403, false, Caller, "ask for access"},
	TooLarge:          {413, false, Caller, "send less at once"},
	RateLimited:       {429, true, Caller, "wait for the time that Retry-After gives"},
	Unavailable:       {503, true, Nobody, "try again shortly"},
	Timeout:           {504, true, Nobody, "try again shortly"},
	Internal:          {500, true, Engineer, "look at the run in the Temporal UI and at the logs"},
	UnknownJob:        {422, false, Caller, "use one of the job types that the message names"},
	Unsupported:       {501, false, Caller, "upgrade the platform to a version that has this workflow"},
	Canceled:          {409, false, Caller, "start it again when it is wanted"},
	NotYet:            {503, true, Nobody, "it is asked again until it is so"},
	MissingScope:      {403, false, Operator, "grant the named scope to the app in the Shopify admin"},
	ShopifyDenied:     {502, false, Operator, "check the Shopify access token and the app's scopes"},
	ShopifyThrottled:  {503, true, Nobody, "it is tried again when Shopify's budget has refilled"},
	ShopifyRejected:   {502, false, Engineer, "correct the operation that Shopify refused"},
	BulkRunning:       {503, true, Nobody, "the bulk operation is still running"},
	BulkSlots:         {503, true, Nobody, "wait for another bulk operation of the shop to end"},
	BulkTimeout:       {504, false, Nobody, "the window is bisected"},
	BulkFailed:        {502, false, Nobody, "the operation is submitted again"},
	BulkLost:          {502, false, Nobody, "the operation is submitted again"},
	MalformedArchive:  {422, false, Engineer, "look at the named line of the archived object, and sync again when the cause is mended"},
	CountMismatch:     {502, false, Operator, "start the sync again; if it repeats, compare the archive with the store"},
	WatermarkRefused:  {409, false, Operator, "read the watermark with `blunt watermark get` and reset it with a reason if it is wrong"},
	StreamFull:        {503, true, Operator, "the stream is full: check that its roll is running"},
	CommitConflict:    {409, true, Nobody, "it is tried again on the new snapshot"},
	SnapshotExpired:   {410, false, Nobody, "a full recompute replaces the incremental one"},
	SchemaMismatch:    {500, false, Operator, "run `blunt provision`"},
	MeasurementBroken: {500, false, Engineer, "look at the named figure and its source rows"},
}

// Known tells whether the code belongs to the vocabulary.
func (c Code) Known() bool { _, ok := meanings[c]; return ok }

// Status is the HTTP status that an API answers with.
func (c Code) Status() int { return c.meaning().status }

// Retryable tells whether the same call may succeed later with nobody doing anything.
func (c Code) Retryable() bool { return c.meaning().retryable }

// Actor is who has to act.
func (c Code) Actor() Actor { return c.meaning().actor }

// Advice is what to do, as a phrase.
func (c Code) Advice() string { return c.meaning().advice }

func (c Code) meaning() meaning {
	if m, ok := meanings[c]; ok {
		return m
	}
	return meanings[Internal]
}

// Package artifact keeps the platform's declarative resources (inventory 3.1): combos, assets, exports, settings,
// reports. An artifact is a kind, metadata, a spec that says what is wanted, and a status that says what is. Staff and
// workflows write specs, the workers that act on them write statuses; both carry the resource version they read, and
// the second of two writers gets a conflict with the current one. The APIs and activities of every artifact kind call
// this package. It never touches the bytes an artifact stands for.
package artifact

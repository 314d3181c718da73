package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Store is the shop and how it changes. What it needs to come back after a
// crash is in its directory: the recipe, and a journal of the edits.
type Store struct {
	dir     string
	clock   func() time.Time
	current atomic.Pointer[Snapshot]

	mu      sync.Mutex // held while the next snapshot is made
	recipe  Recipe
	journal *journal
}

const (
	recipeFile  = "store.json"
	journalFile = "edits.jsonl"
)

// Open makes the store of the directory's recipe and applies the edits that
// were made since. A recipe that is given, and asks for another store than the
// one that is there, replaces it; no recipe at all means the medium-sized shop.
func Open(dir string, recipe *Recipe, clock func() time.Time) (*Store, error) {
	s := &Store{dir: dir, clock: clock}
	kept, err := s.keptRecipe()
	if err != nil {
		return nil, err
	}
	switch {
	case kept == nil && recipe == nil:
		return s, s.Load(Recipe{})
	case kept == nil:
		return s, s.Load(*recipe)
	case recipe != nil:
		wanted, err := recipe.complete(clock())
		if err != nil {
			return nil, err
		}
		if !wanted.sameAs(*kept) {
			return s, s.Load(wanted)
		}
	}
	return s, s.resume(*kept)
}

// Load replaces the store by another. Edits made so far are forgotten.
func (s *Store) Load(recipe Recipe) error {
	recipe, err := recipe.complete(s.clock())
	if err != nil {
		return err
	}
	next, err := recipe.build()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal != nil {
		s.journal.close()
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(s.dir, journalFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.keep(recipe); err != nil {
		return err
	}
	s.journal, err = openJournal(filepath.Join(s.dir, journalFile))
	if err != nil {
		return err
	}
	s.recipe = recipe
	s.current.Store(next)
	return nil
}

// resume makes the store again after a restart.
func (s *Store) resume(recipe Recipe) error {
	next, err := recipe.build()
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, journalFile)
	edits, err := readJournal(path)
	if err != nil {
		return err
	}
	for n, edit := range edits {
		if next, err = edit.apply(next); err != nil {
			return fmt.Errorf("%s: edit %d: %w", path, n+1, err)
		}
	}
	s.journal, err = openJournal(path)
	s.recipe = recipe
	s.current.Store(next)
	return err
}

// Snapshot gives the present state.
func (s *Store) Snapshot() *Snapshot { return s.current.Load() }

// Recipe tells how the store was made.
func (s *Store) Recipe() Recipe {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recipe
}

// Close releases the journal.
func (s *Store) Close() error { return s.journal.close() }

func (s *Store) keptRecipe() (*Recipe, error) {
	path := filepath.Join(s.dir, recipeFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var r Recipe
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &r, nil
}

func (s *Store) keep(r Recipe) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(s.dir, recipeFile), append(text, '\n'))
}

// WriteFile writes a file so that a crash leaves the old one or the new one.
func WriteFile(path string, text []byte) error {
	temporary := path + ".tmp"
	file, err := os.Create(temporary)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

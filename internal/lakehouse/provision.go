package lakehouse

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"

	"bluntcases.com/platform/internal/fault"
)

// tableProperties hold for every table.
func tableProperties(d Definition) iceberg.Properties {
	return iceberg.Properties{
		table.PropertyFormatVersion:               "2",
		"comment":                                 d.About,
		"write.parquet.compression-codec":         "zstd",
		table.WriteDeleteModeKey:                  table.WriteModeCopyOnWrite,
		table.ManifestMergeEnabledKey:             "true",
		table.ManifestMinMergeCountKey:            "20",
		table.MetadataDeleteAfterCommitEnabledKey: "true",
		table.MetadataPreviousVersionsMaxKey:      "20",
		table.MaxSnapshotAgeMsKey:                 "604800000",
		table.MinSnapshotsToKeepKey:               "20",
		table.CommitNumRetriesKey:                 "4",
		table.DefaultWriteMetricsModeKey:          "truncate(16)",
		table.WriteTargetFileSizeBytesKey:         "268435456",
		"write.parquet.row-group-limit":           "122880",
	}
}

// Provision makes the namespaces and tables, or adds the columns, docs and properties that they lack. It never renames
// or removes a column, and refuses a table whose columns have other types, or whose partition is another:
// fault.SchemaMismatch. It says what it did.
func (l *Lake) Provision(ctx context.Context) ([]string, error) {
	var done []string
	for _, d := range Definitions() {
		did, err := l.provision(ctx, d)
		if err != nil {
			return done, err
		}
		done = append(done, fmt.Sprintf("table %s %s", d.Name, did))
	}
	return done, nil
}

func (l *Lake) provision(ctx context.Context, d Definition) (string, error) {
	c, err := l.connect(ctx)
	if err != nil {
		return "", err
	}
	t, err := c.LoadTable(ctx, d.Identifier())
	if errors.Is(err, catalog.ErrNoSuchTable) || errors.Is(err, catalog.ErrNoSuchNamespace) {
		if did, err := l.create(ctx, d); err != nil || did {
			return "created", err
		}
		t, err = c.LoadTable(ctx, d.Identifier())
	}
	if err != nil {
		return "", classify(err, "load table %s", d.Name)
	}
	return l.evolve(ctx, d, t)
}

// create makes the table. It returns false where another process was quicker.
func (l *Lake) create(ctx context.Context, d Definition) (bool, error) {
	c, err := l.connect(ctx)
	if err != nil {
		return false, err
	}
	err = c.CreateNamespace(ctx, table.Identifier{d.Namespace()}, nil)
	if err != nil && !errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
		return false, classify(err, "create namespace %s", d.Namespace())
	}
	schema, err := d.Schema()
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "define %s", d.Name)
	}
	spec, err := d.PartitionSpec(schema)
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "define %s", d.Name)
	}
	_, err = c.CreateTable(ctx, d.Identifier(), schema, catalog.WithPartitionSpec(spec), catalog.WithProperties(tableProperties(d)))
	if errors.Is(err, catalog.ErrTableAlreadyExists) {
		return false, nil
	}
	return err == nil, classify(err, "create table %s", d.Name)
}

func (l *Lake) evolve(ctx context.Context, d Definition, t *table.Table) (string, error) {
	add, describe, err := compare(d, t)
	if err != nil {
		return "", err
	}
	properties := tableProperties(d)
	delete(properties, table.PropertyFormatVersion)
	maps.DeleteFunc(properties, func(key, value string) bool { return t.Properties()[key] == value })
	if len(add)+len(describe)+len(properties) == 0 {
		return "unchanged", nil
	}
	tx := t.NewTransaction()
	if len(add)+len(describe) > 0 {
		update := tx.UpdateSchema(true, false)
		for _, field := range add {
			update = update.AddColumn([]string{field.Name}, field.Type, field.Doc, false, nil)
		}
		for _, field := range describe {
			update = update.UpdateColumn([]string{field.Name}, table.ColumnUpdate{Doc: iceberg.Optional[string]{Val: field.Doc, Valid: true}})
		}
		if err := update.Commit(); err != nil {
			return "", classify(err, "evolve %s", d.Name)
		}
	}
	if len(properties) > 0 {
		if err := tx.SetProperties(properties); err != nil {
			return "", classify(err, "set the properties of %s", d.Name)
		}
	}
	if _, err := tx.Commit(ctx); err != nil {
		return "", classify(err, "evolve %s", d.Name)
	}
	return fmt.Sprintf("evolved: %d columns added, %d described, %d properties set", len(add), len(describe), len(properties)), nil
}

// compare finds the columns that the table lacks, and those whose doc is another.
func compare(d Definition, t *table.Table) (add, describe []iceberg.NestedField, err error) {
	want, err := d.Schema()
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err, "define %s", d.Name)
	}
	var wrong []fault.Field
	for _, field := range want.Fields() {
		have, ok := t.Schema().FindFieldByName(field.Name)
		switch {
		case !ok:
			add = append(add, field)
		case have.Type.Type() != field.Type.Type():
			wrong = append(wrong, fault.Field{Name: field.Name, Detail: fmt.Sprintf("is %s in the table and %s in this version", have.Type, field.Type)})
		case have.Type.String() != field.Type.String() && !isList(field.Type):
			wrong = append(wrong, fault.Field{Name: field.Name, Detail: fmt.Sprintf("is %s in the table and %s in this version", have.Type, field.Type)})
		case have.Doc != field.Doc:
			describe = append(describe, field)
		}
	}
	if have := partitionOf(t); have != d.Partition {
		wrong = append(wrong, fault.Field{Name: "partition", Detail: fmt.Sprintf("is %v in the table and %v in this version", have, d.Partition)})
	}
	if len(wrong) > 0 {
		f := fault.New(fault.SchemaMismatch, "table %s is not what this version expects", d.Name)
		f.Fields = wrong
		return nil, nil, f
	}
	return add, describe, nil
}

func isList(t iceberg.Type) bool { _, ok := t.(*iceberg.ListType); return ok }

// partitionOf reads a table's partition back into the definition's terms.
func partitionOf(t *table.Table) Partition {
	spec := t.Spec()
	if spec.NumFields() != 1 {
		return Partition{}
	}
	field := spec.Field(0)
	name, _ := t.Schema().FindColumnName(field.SourceID())
	return Partition{Column: name, By: Transform(field.Transform.String())}
}

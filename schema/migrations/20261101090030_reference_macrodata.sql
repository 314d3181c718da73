-- Reference rows: the macrodata catalogs with the JSON Schema of each kind's spec, and the default classification.
-- The schemas are the files of internal/artifact/schemas; a test holds the rows to the files. A changed schema is a new
-- migration that updates the row and adds one to generation and resource_version.

-- migrate:up

INSERT INTO macrodata_catalog (id, code, display_name, description, kinds, retention_days, storage_bucket, storage_prefix, labels, spec_schemas)
VALUES (
  'mdc_76yyebhz8c76n1z9603rwsfshd', 'combos', 'Combos',
  'Combinations of tags: templates, suggestions, and reports of what became of them.',
  '{combo_report,combo_suggestion,combo_template}', NULL, 'none', NULL, '{"reference":"platform"}',
  jsonb_build_object(
    'combo_report', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/combo_report.json",
  "title": "combo_report",
  "description": "What became of a combination that was made.",
  "type": "object",
  "properties": {
    "combo_key": {"type": "string", "minLength": 1, "maxLength": 200},
    "tag_ids": {"type": "array", "items": {"type": "string", "pattern": "^ptag_[0-9a-hjkmnp-tv-z]{26}$"}, "uniqueItems": true},
    "template_id": {"type": "string", "pattern": "^mda_[0-9a-hjkmnp-tv-z]{26}$"},
    "suggestion_id": {"type": "string", "pattern": "^mda_[0-9a-hjkmnp-tv-z]{26}$"},
    "designer_principal_id": {"type": "string", "pattern": "^prn_[0-9a-hjkmnp-tv-z]{26}$"},
    "product_ids": {"type": "array", "items": {"type": "string", "pattern": "^prd_[0-9a-hjkmnp-tv-z]{26}$"}, "uniqueItems": true},
    "report_date": {"type": "string", "format": "date"},
    "outcome": {"type": "string", "minLength": 1, "maxLength": 200},
    "metrics": {"type": "object", "additionalProperties": {"type": ["number", "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}},
    "notes": {"type": "string", "maxLength": 10000},
    "import": {
      "type": "object",
      "properties": {
        "artifact_id": {"type": "string", "pattern": "^mda_[0-9a-hjkmnp-tv-z]{26}$"},
        "row": {"type": "integer", "minimum": 1}
      },
      "required": ["artifact_id", "row"],
      "additionalProperties": false,
      "description": "Upload and row it came from."
    }
  },
  "required": ["combo_key", "tag_ids", "report_date"],
  "additionalProperties": false
}$json$::jsonb,
    'combo_suggestion', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/combo_suggestion.json",
  "title": "combo_suggestion",
  "description": "A combination that a run suggests, with what speaks for it.",
  "type": "object",
  "properties": {
    "combo_key": {"type": "string", "minLength": 1, "maxLength": 200},
    "tag_ids": {
      "type": "array",
      "items": {"type": "string", "pattern": "^ptag_[0-9a-hjkmnp-tv-z]{26}$"},
      "minItems": 1,
      "uniqueItems": true
    },
    "score": {"type": ["number", "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
    "basis": {
      "type": "object",
      "properties": {
        "window": {"enum": [7, 14, 30]},
        "metrics": {
          "type": "object",
          "additionalProperties": {"type": ["number", "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}
        }
      },
      "required": ["window"],
      "additionalProperties": false
    },
    "run_id": {"type": "string", "minLength": 1, "maxLength": 200}
  },
  "required": ["combo_key", "tag_ids", "score", "run_id"],
  "additionalProperties": false
}$json$::jsonb,
    'combo_template', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/combo_template.json",
  "title": "combo_template",
  "description": "The shape of combinations that are worth suggesting.",
  "type": "object",
  "properties": {
    "slots": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "role": {"enum": ["member", "base", "modifier", "excluded"]},
          "classification": {
            "enum": [
              "unclassified",
              "design",
              "theme",
              "franchise",
              "style",
              "color",
              "audience",
              "occasion",
              "season",
              "device",
              "material",
              "campaign",
              "operational",
              "other"
            ]
          },
          "tag_ids": {
            "type": "array",
            "items": {"type": "string", "pattern": "^ptag_[0-9a-hjkmnp-tv-z]{26}$"},
            "uniqueItems": true
          }
        },
        "required": ["role"],
        "additionalProperties": false
      },
      "minItems": 1
    },
    "constraints": {"type": "object"}
  },
  "required": ["slots"],
  "additionalProperties": false
}$json$::jsonb))
ON CONFLICT DO NOTHING;

INSERT INTO macrodata_catalog (id, code, display_name, description, kinds, retention_days, storage_bucket, storage_prefix, labels, spec_schemas)
VALUES (
  'mdc_zh1js2fk24qhwbavnn9bfh5wht', 'performance', 'Performance',
  'How products are classified by their sales.',
  '{classification_spec,classification_override}', NULL, 'none', NULL, '{"reference":"platform"}',
  jsonb_build_object(
    'classification_spec', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/classification_spec.json",
  "title": "classification_spec",
  "description": "Classification of products by their measured performance. The first class, by rank, whose conditions all hold wins.",
  "type": "object",
  "properties": {
    "windows": {"type": "array", "items": {"enum": [7, 14, 30]}, "minItems": 1, "uniqueItems": true},
    "classes": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "name": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"},
          "rank": {"type": "integer", "minimum": 1},
          "conditions": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "metric": {"type": "string", "minLength": 1},
                "op": {"enum": ["gt", "gte", "lt", "lte", "eq", "ne"]},
                "value": {
                  "type": ["number", "string"],
                  "pattern": "^-?[0-9]+(\\.[0-9]+)?$",
                  "description": "A number, or a decimal string where a float would not be exact."
                }
              },
              "required": ["metric", "op", "value"],
              "additionalProperties": false
            },
            "minItems": 1
          }
        },
        "required": ["name", "rank", "conditions"],
        "additionalProperties": false
      },
      "minItems": 1
    },
    "default_class": {"type": "string", "minLength": 1},
    "scope": {
      "type": "object",
      "properties": {
        "vendors": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": true},
        "product_types": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": true},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": true}
      },
      "additionalProperties": false,
      "description": "Products that are classified; an absent list does not restrict."
    }
  },
  "required": ["windows", "classes", "default_class"],
  "additionalProperties": false
}$json$::jsonb,
    'classification_override', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/classification_override.json",
  "title": "classification_override",
  "description": "A class that staff give a product by hand, until the artifact expires.",
  "type": "object",
  "properties": {
    "product_id": {"type": "string", "pattern": "^prd_[0-9a-hjkmnp-tv-z]{26}$"},
    "class_name": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"},
    "reason": {"type": "string", "minLength": 1, "maxLength": 200}
  },
  "required": ["product_id", "class_name", "reason"],
  "additionalProperties": false
}$json$::jsonb))
ON CONFLICT DO NOTHING;

INSERT INTO macrodata_catalog (id, code, display_name, description, kinds, retention_days, storage_bucket, storage_prefix, labels, spec_schemas)
VALUES (
  'mdc_sq2zsym1vcvqd16b036w3jazsv', 'design', 'Design',
  'Design files and who answers for them.',
  '{design_asset,agent_assignment}', NULL, 'design_assets', 'assets/', '{"reference":"platform"}',
  jsonb_build_object(
    'design_asset', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/design_asset.json",
  "title": "design_asset",
  "description": "A design file, by the hash of its bytes.",
  "type": "object",
  "properties": {
    "filename": {"type": "string", "minLength": 1, "maxLength": 255},
    "width": {"type": "integer", "minimum": 1},
    "height": {"type": "integer", "minimum": 1},
    "dropbox": {
      "type": "object",
      "properties": {"path": {"type": "string", "minLength": 1}, "rev": {"type": "string", "minLength": 1}},
      "required": ["path", "rev"],
      "additionalProperties": false
    },
    "variant_of": {"type": "string", "pattern": "^mda_[0-9a-hjkmnp-tv-z]{26}$"}
  },
  "required": ["filename"],
  "additionalProperties": false
}$json$::jsonb,
    'agent_assignment', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/agent_assignment.json",
  "title": "agent_assignment",
  "description": "An agent's responsibility for products or tags.",
  "type": "object",
  "properties": {
    "role": {"enum": ["designer"]},
    "subject": {
      "type": "object",
      "properties": {
        "kind": {"enum": ["product", "product_tag", "product_category", "product_collection"]},
        "ids": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": true}
      },
      "required": ["kind", "ids"],
      "additionalProperties": false
    },
    "share": {"type": ["number", "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "description": "Fraction of one."},
    "note": {"type": "string", "maxLength": 10000}
  },
  "required": ["role", "subject"],
  "additionalProperties": false
}$json$::jsonb))
ON CONFLICT DO NOTHING;

INSERT INTO macrodata_catalog (id, code, display_name, description, kinds, retention_days, storage_bucket, storage_prefix, labels, spec_schemas)
VALUES (
  'mdc_53ghzyakcpqyc2caf2q2fgqm81', 'documents', 'Documents',
  'Files that staff export and import.',
  '{document_export,document_import}', 30, 'jsonl_archive', 'exports/csv/', '{"reference":"platform"}',
  jsonb_build_object(
    'document_export', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/document_export.json",
  "title": "document_export",
  "description": "A file that staff asked for.",
  "type": "object",
  "properties": {
    "dataset": {"type": "string", "minLength": 1, "maxLength": 200},
    "filters": {"type": "object"},
    "columns": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": true},
    "row_count": {"type": "integer", "minimum": 0},
    "format": {"enum": ["csv"]}
  },
  "required": ["dataset", "format"],
  "additionalProperties": false
}$json$::jsonb,
    'document_import', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/document_import.json",
  "title": "document_import",
  "description": "A file that staff uploaded, and the rows that were refused.",
  "type": "object",
  "properties": {
    "dataset": {"type": "string", "minLength": 1, "maxLength": 200},
    "filename": {"type": "string", "minLength": 1, "maxLength": 255},
    "row_count": {"type": "integer", "minimum": 0},
    "error_count": {"type": "integer", "minimum": 0},
    "errors": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "row": {"type": "integer", "minimum": 1},
          "field": {"type": "string"},
          "message": {"type": "string", "minLength": 1}
        },
        "required": ["row", "message"],
        "additionalProperties": false
      },
      "maxItems": 1000
    }
  },
  "required": ["dataset", "filename"],
  "additionalProperties": false
}$json$::jsonb))
ON CONFLICT DO NOTHING;

INSERT INTO macrodata_catalog (id, code, display_name, description, kinds, retention_days, storage_bucket, storage_prefix, labels, spec_schemas)
VALUES (
  'mdc_5nbm8xyt7qxy493mkdd4fetb5p', 'platform', 'Platform',
  'Switches and reports of the platform itself.',
  '{feature_flag,report}', NULL, 'none', NULL, '{"reference":"platform"}',
  jsonb_build_object(
    'feature_flag', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/feature_flag.json",
  "title": "feature_flag",
  "description": "A switch that services read.",
  "type": "object",
  "properties": {
    "enabled": {"type": "boolean"},
    "rollout": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Percent of subjects that see it."},
    "value": {"description": "Any JSON value, for a flag that is more than a switch."}
  },
  "required": ["enabled"],
  "additionalProperties": false
}$json$::jsonb,
    'report', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://schemas.bluntcases.com/macrodata/v1/report.json",
  "title": "report",
  "description": "Result of a check. Findings beyond the first 1,000 are in the object that storage_key names.",
  "type": "object",
  "properties": {
    "check": {"enum": ["integrity_audit", "asset_health", "reconciliation"]},
    "counts": {"type": "object", "additionalProperties": {"type": ["integer", "string"], "pattern": "^[0-9]+$"}},
    "findings": {"type": "array", "items": {"type": "object"}, "maxItems": 1000}
  },
  "required": ["check", "counts", "findings"],
  "additionalProperties": false
}$json$::jsonb))
ON CONFLICT DO NOTHING;

INSERT INTO macrodata_artifact
  (id, macrodata_catalog_id, kind, name, display_name, description, spec, content_hash, effective_ts, status, labels)
VALUES (
  'mda_zr8shfp6ykamdned244t563eth',
  'mdc_zh1js2fk24qhwbavnn9bfh5wht', 'classification_spec', 'sales-performance', 'Sales performance',
  'Classes of products by units sold, best first. Edit it to fit the store.',
  '{
    "windows": [7, 14, 30],
    "classes": [
      {"name": "hot", "rank": 1, "conditions": [{"metric": "units_7d", "op": "gte", "value": 20}]},
      {"name": "rising", "rank": 2, "conditions": [{"metric": "units_7d", "op": "gte", "value": 3}, {"metric": "trend_7d", "op": "gte", "value": "1.5"}]},
      {"name": "new", "rank": 3, "conditions": [{"metric": "days_since_first_sale", "op": "lte", "value": 14}]},
      {"name": "steady", "rank": 4, "conditions": [{"metric": "units_30d", "op": "gte", "value": 8}]},
      {"name": "slow", "rank": 5, "conditions": [{"metric": "units_30d", "op": "gte", "value": 1}]},
      {"name": "dormant", "rank": 6, "conditions": [{"metric": "units_30d", "op": "lte", "value": 0}]}
    ],
    "default_class": "dormant",
    "scope": {}
  }',
  '41b151e651694397c4c29156ecbbbf1cfa075fe29575639ec8f95703a77a35aa', '2000-01-01 00:00:00+00',
  '{"phase":"Active","conditions":[]}', '{"reference":"platform"}')
ON CONFLICT DO NOTHING;

-- migrate:down

DELETE FROM macrodata_artifact WHERE labels->>'reference' = 'platform';
DELETE FROM macrodata_catalog  WHERE labels->>'reference' = 'platform';

-- Module 16, Publisher & Ad Server (creator commerce): 15 tables. The conventions are in schema/README.md.

-- migrate:up

CREATE TABLE publisher (
  id                     TEXT        CONSTRAINT pub_pkey PRIMARY KEY CONSTRAINT pub_id_check CHECK (id LIKE 'pub\_%'),
  handle                 TEXT        NOT NULL,
  display_name           TEXT        NOT NULL,
  legal_name             TEXT,
  publisher_kind         TEXT        NOT NULL DEFAULT 'creator'
    CONSTRAINT pub_publisher_kind_check CHECK (publisher_kind IN (
      'creator', 'affiliate', 'influencer', 'media', 'agency', 'partner', 'house')),
  parent_publisher_id    TEXT,
  customer_id            TEXT,
  contact_email          TEXT        NOT NULL,
  phone                  TEXT,
  country_code           TEXT,
  locale                 TEXT,
  default_currency_code  TEXT        NOT NULL,
  website_url            TEXT,
  avatar_url             TEXT,
  bio                    TEXT,
  tax_profile            JSONB       NOT NULL DEFAULT '{}',
  verification_state     TEXT        NOT NULL DEFAULT 'unverified'
    CONSTRAINT pub_verification_state_check CHECK (verification_state IN (
      'unverified', 'pending', 'verified', 'rejected')),
  suspend_reason         TEXT
    CONSTRAINT pub_suspend_reason_check CHECK (suspend_reason IN (
      'terms', 'fraud', 'content', 'inactive', 'request', 'other')),
  approve_ts             TIMESTAMPTZ,
  suspend_ts             TIMESTAMPTZ,
  terminate_ts           TIMESTAMPTZ,
  last_active_ts         TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT pub_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Active', 'Suspended', 'Terminated')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pub_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pub_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX pub_handle_key              ON publisher (handle) WHERE delete_ts IS NULL;
CREATE INDEX        pub_phase_create_ts_idx     ON publisher ((status->>'phase'), create_ts DESC);
CREATE INDEX        pub_lower_contact_email_idx ON publisher (lower(contact_email));
CREATE INDEX        pub_labels_gin              ON publisher USING gin (labels);
CREATE INDEX        pub_parent_publisher_id_idx ON publisher (parent_publisher_id);
CREATE INDEX        pub_customer_id_idx         ON publisher (customer_id);

COMMENT ON TABLE publisher IS
'Creator, affiliate or media account that promotes products.
module: 16 Publisher & Ad Server
note: tax_profile holds form kind and status, no tax numbers in clear.';
COMMENT ON COLUMN publisher.parent_publisher_id   IS 'ref: publisher.id — parent';
COMMENT ON COLUMN publisher.customer_id           IS 'ref: customer.id';
COMMENT ON COLUMN publisher.country_code          IS 'ref: region_country.iso_2';
COMMENT ON COLUMN publisher.locale                IS 'BCP 47.';
COMMENT ON COLUMN publisher.default_currency_code IS 'ref: currency.code — where none is named';
COMMENT ON COLUMN publisher.tax_profile           IS 'Form kind and status, no tax numbers in clear.';

CREATE TABLE publisher_channel (
  id                   TEXT        CONSTRAINT puch_pkey PRIMARY KEY CONSTRAINT puch_id_check CHECK (id LIKE 'puch\_%'),
  publisher_id         TEXT        NOT NULL,
  channel_kind         TEXT        NOT NULL
    CONSTRAINT puch_channel_kind_check CHECK (channel_kind IN (
      'website', 'blog', 'app', 'newsletter', 'youtube', 'instagram', 'tiktok', 'x', 'pinterest', 'facebook',
      'twitch', 'podcast', 'discord', 'other')),
  external_handle      TEXT,
  url                  TEXT        NOT NULL,
  domain               TEXT,
  audience_size        BIGINT,
  iab_categories       TEXT[]      NOT NULL DEFAULT '{}',
  verification_method  TEXT        NOT NULL DEFAULT 'none'
    CONSTRAINT puch_verification_method_check CHECK (verification_method IN (
      'none', 'dns', 'meta_tag', 'oauth', 'manual')),
  verification_digest  TEXT,
  verify_ts            TIMESTAMPTZ,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT puch_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Verified', 'Rejected', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT puch_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT puch_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX puch_channel_kind_url_key ON publisher_channel (channel_kind, url) WHERE delete_ts IS NULL;
CREATE INDEX        puch_domain_idx           ON publisher_channel (domain);
CREATE INDEX        puch_publisher_id_idx     ON publisher_channel (publisher_id);

COMMENT ON TABLE publisher_channel IS
'Verified property of a publisher: site, app, social account, newsletter (OpenRTB site/app).
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN publisher_channel.publisher_id        IS 'ref: publisher.id';
COMMENT ON COLUMN publisher_channel.external_handle     IS 'Handle on the network, without @.';
COMMENT ON COLUMN publisher_channel.iab_categories      IS 'IAB content taxonomy codes.';
COMMENT ON COLUMN publisher_channel.verification_digest IS 'Hash of the token that proves ownership.';

CREATE TABLE ad_server (
  id                      TEXT        CONSTRAINT adsv_pkey PRIMARY KEY CONSTRAINT adsv_id_check CHECK (id LIKE 'adsv\_%'),
  code                    TEXT        NOT NULL,
  name                    TEXT        NOT NULL,
  server_kind             TEXT        NOT NULL DEFAULT 'house'
    CONSTRAINT adsv_server_kind_check CHECK (server_kind IN (
      'house', 'affiliate_network', 'openrtb', 'google_ad_manager', 'meta', 'tiktok', 'revive', 'other')),
  base_url                TEXT,
  tracking_domain         TEXT,
  click_parameter         TEXT        NOT NULL DEFAULT 'clk',
  postback_url_template   TEXT,
  postback_secret_digest  TEXT,
  config                  JSONB       NOT NULL DEFAULT '{}',
  provision_timer_ts      TIMESTAMPTZ,
  provision_ts            TIMESTAMPTZ,
  health_check_ts         TIMESTAMPTZ,
  retire_ts               TIMESTAMPTZ,
  status                  JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT adsv_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Provisioning', 'Ready', 'Degraded', 'Retired')),
  labels                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adsv_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adsv_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts               TIMESTAMPTZ
);

CREATE UNIQUE INDEX adsv_code_key               ON ad_server (code) WHERE delete_ts IS NULL;
CREATE UNIQUE INDEX adsv_tracking_domain_key    ON ad_server (tracking_domain) WHERE delete_ts IS NULL;
CREATE INDEX        adsv_provision_timer_ts_idx ON ad_server (provision_timer_ts) WHERE provision_timer_ts IS NOT NULL;

COMMENT ON TABLE ad_server IS
'Serving or tracking system: our own edge, an affiliate network, an exchange.
module: 16 Publisher & Ad Server
note: provision_timer_ts is the deadline by which provisioning must end.';
COMMENT ON COLUMN ad_server.click_parameter        IS 'Name of the query parameter that carries the click token.';
COMMENT ON COLUMN ad_server.postback_secret_digest IS 'Hash; the secret itself is not kept.';
COMMENT ON COLUMN ad_server.config                 IS 'Settings of the connection, without secrets.';
COMMENT ON COLUMN ad_server.provision_timer_ts     IS 'Deadline by which provisioning must end; past it, phase Provisioning is a failure.';

CREATE TABLE ad_placement (
  id                    TEXT        CONSTRAINT adpl_pkey PRIMARY KEY CONSTRAINT adpl_id_check CHECK (id LIKE 'adpl\_%'),
  publisher_channel_id  TEXT        NOT NULL,
  ad_server_id          TEXT        NOT NULL,
  code                  TEXT        NOT NULL,
  name                  TEXT        NOT NULL,
  placement_kind        TEXT        NOT NULL
    CONSTRAINT adpl_placement_kind_check CHECK (placement_kind IN (
      'banner', 'native', 'video', 'link', 'widget', 'email', 'story')),
  width                 INTEGER,
  height                INTEGER,
  currency_code         TEXT,
  floor_price           NUMERIC,
  raw_floor_price       JSONB,
  CONSTRAINT adpl_floor_price_check CHECK ((floor_price IS NULL) = (raw_floor_price IS NULL)),
  targeting             JSONB       NOT NULL DEFAULT '{}',
  status                JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT adpl_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adpl_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adpl_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE UNIQUE INDEX adpl_ad_server_id_code_key    ON ad_placement (ad_server_id, code) WHERE delete_ts IS NULL;
CREATE INDEX        adpl_publisher_channel_id_idx ON ad_placement (publisher_channel_id);

COMMENT ON TABLE ad_placement IS
'Slot on a publisher channel (Revive zone, OpenRTB tagid).
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN ad_placement.publisher_channel_id IS 'ref: publisher_channel.id';
COMMENT ON COLUMN ad_placement.ad_server_id         IS 'ref: ad_server.id';
COMMENT ON COLUMN ad_placement.width                IS 'Pixels.';
COMMENT ON COLUMN ad_placement.height               IS 'Pixels.';
COMMENT ON COLUMN ad_placement.currency_code        IS 'ref: currency.code';
COMMENT ON COLUMN ad_placement.targeting            IS 'Conditions of delivery: geography, device, hours.';

CREATE TABLE ad_campaign (
  id                     TEXT        CONSTRAINT adcm_pkey PRIMARY KEY CONSTRAINT adcm_id_check CHECK (id LIKE 'adcm\_%'),
  ad_server_id           TEXT        NOT NULL,
  membership_program_id  TEXT,
  promotion_campaign_id  TEXT,
  name                   TEXT        NOT NULL,
  objective              TEXT        NOT NULL DEFAULT 'sales'
    CONSTRAINT adcm_objective_check CHECK (objective IN ('sales', 'leads', 'traffic', 'awareness')),
  pricing_model          TEXT        NOT NULL DEFAULT 'revshare'
    CONSTRAINT adcm_pricing_model_check CHECK (pricing_model IN (
      'cpm', 'cpc', 'cpa', 'cpl', 'revshare', 'flat', 'house')),
  currency_code          TEXT,
  rate_amount            NUMERIC,
  raw_rate_amount        JSONB,
  CONSTRAINT adcm_rate_amount_check CHECK ((rate_amount IS NULL) = (raw_rate_amount IS NULL)),
  budget                 NUMERIC,
  raw_budget             JSONB,
  CONSTRAINT adcm_budget_check CHECK ((budget IS NULL) = (raw_budget IS NULL)),
  daily_budget           NUMERIC,
  raw_daily_budget       JSONB,
  CONSTRAINT adcm_daily_budget_check CHECK ((daily_budget IS NULL) = (raw_daily_budget IS NULL)),
  spent                  NUMERIC,
  raw_spent              JSONB,
  CONSTRAINT adcm_spent_check CHECK ((spent IS NULL) = (raw_spent IS NULL)),
  priority               INTEGER     NOT NULL DEFAULT 0,
  weight                 INTEGER     NOT NULL DEFAULT 1,
  frequency_cap          JSONB,
  placement_selector     JSONB       NOT NULL DEFAULT '{}',
  targeting              JSONB       NOT NULL DEFAULT '{}',
  start_ts               TIMESTAMPTZ,
  end_ts                 TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT adcm_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Scheduled', 'Active', 'Paused', 'Completed', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adcm_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adcm_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX adcm_phase_start_ts_idx        ON ad_campaign ((status->>'phase'), start_ts);
CREATE INDEX adcm_ad_server_id_idx          ON ad_campaign (ad_server_id);
CREATE INDEX adcm_membership_program_id_idx ON ad_campaign (membership_program_id);
CREATE INDEX adcm_promotion_campaign_id_idx ON ad_campaign (promotion_campaign_id);

COMMENT ON TABLE ad_campaign IS
'Flight with goal, pricing, budget, caps.
module: 16 Publisher & Ad Server
note: placement_selector matches ad_placement.labels (k8s label selector), so no campaign–placement link table.';
COMMENT ON COLUMN ad_campaign.ad_server_id          IS 'ref: ad_server.id';
COMMENT ON COLUMN ad_campaign.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN ad_campaign.promotion_campaign_id IS 'ref: promotion_campaign.id';
COMMENT ON COLUMN ad_campaign.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN ad_campaign.priority              IS 'Higher wins.';
COMMENT ON COLUMN ad_campaign.weight                IS 'Share among campaigns of one priority.';
COMMENT ON COLUMN ad_campaign.frequency_cap         IS 'Impressions per visitor and period.';
COMMENT ON COLUMN ad_campaign.placement_selector    IS 'Kubernetes label selector over ad_placement.labels.';
COMMENT ON COLUMN ad_campaign.targeting             IS 'Conditions of delivery: geography, device, hours.';

CREATE TABLE ad_creative (
  id                     TEXT        CONSTRAINT adcr_pkey PRIMARY KEY CONSTRAINT adcr_id_check CHECK (id LIKE 'adcr\_%'),
  ad_campaign_id         TEXT        NOT NULL,
  macrodata_artifact_id  TEXT,
  name                   TEXT        NOT NULL,
  creative_kind          TEXT        NOT NULL
    CONSTRAINT adcr_creative_kind_check CHECK (creative_kind IN ('image', 'html', 'native', 'video', 'text', 'link')),
  headline               TEXT,
  body                   TEXT,
  call_to_action         TEXT,
  destination_url        TEXT        NOT NULL,
  width                  INTEGER,
  height                 INTEGER,
  weight                 INTEGER     NOT NULL DEFAULT 1,
  content_hash           TEXT,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT adcr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'InReview', 'Active', 'Rejected', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adcr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT adcr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE INDEX adcr_ad_campaign_id_idx        ON ad_creative (ad_campaign_id);
CREATE INDEX adcr_macrodata_artifact_id_idx ON ad_creative (macrodata_artifact_id);

COMMENT ON TABLE ad_creative IS
'Creative of a campaign.
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN ad_creative.ad_campaign_id        IS 'ref: ad_campaign.id';
COMMENT ON COLUMN ad_creative.macrodata_artifact_id IS 'ref: macrodata_artifact.id';
COMMENT ON COLUMN ad_creative.destination_url       IS 'Where a click leads.';
COMMENT ON COLUMN ad_creative.width                 IS 'Pixels.';
COMMENT ON COLUMN ad_creative.height                IS 'Pixels.';
COMMENT ON COLUMN ad_creative.weight                IS 'Share among the campaign''s creatives.';
COMMENT ON COLUMN ad_creative.content_hash          IS 'Lower-case SHA-256 of the content.';

CREATE TABLE publication (
  id                     TEXT        CONSTRAINT pubn_pkey PRIMARY KEY CONSTRAINT pubn_id_check CHECK (id LIKE 'pubn\_%'),
  publisher_id           TEXT        NOT NULL,
  publisher_channel_id   TEXT,
  membership_program_id  TEXT,
  publication_kind       TEXT        NOT NULL
    CONSTRAINT pubn_publication_kind_check CHECK (publication_kind IN (
      'storefront', 'collection', 'article', 'video', 'post', 'newsletter', 'link_page', 'lookbook')),
  title                  TEXT        NOT NULL,
  slug                   TEXT        NOT NULL,
  description            TEXT,
  canonical_url          TEXT,
  cover_artifact_id      TEXT,
  visibility             TEXT        NOT NULL DEFAULT 'public'
    CONSTRAINT pubn_visibility_check CHECK (visibility IN ('public', 'unlisted', 'private')),
  locale                 TEXT,
  item_count             BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubn_item_count_check CHECK (item_count >= 0),
  publish_ts             TIMESTAMPTZ,
  unpublish_ts           TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT pubn_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Scheduled', 'Published', 'Unpublished', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pubn_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pubn_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX pubn_publisher_id_slug_key     ON publication (publisher_id, slug) WHERE delete_ts IS NULL;
CREATE INDEX        pubn_phase_publish_ts_idx      ON publication ((status->>'phase'), publish_ts DESC);
CREATE INDEX        pubn_publisher_channel_id_idx  ON publication (publisher_channel_id);
CREATE INDEX        pubn_membership_program_id_idx ON publication (membership_program_id);
CREATE INDEX        pubn_cover_artifact_id_idx     ON publication (cover_artifact_id);

COMMENT ON TABLE publication IS
'Piece of publisher content: storefront, article, video, link page, lookbook.
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN publication.publisher_id          IS 'ref: publisher.id';
COMMENT ON COLUMN publication.publisher_channel_id  IS 'ref: publisher_channel.id';
COMMENT ON COLUMN publication.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN publication.cover_artifact_id     IS 'ref: macrodata_artifact.id — cover image';
COMMENT ON COLUMN publication.locale                IS 'BCP 47.';

CREATE TABLE publication_item (
  id                     TEXT        CONSTRAINT pubi_pkey PRIMARY KEY CONSTRAINT pubi_id_check CHECK (id LIKE 'pubi\_%'),
  publication_id         TEXT        NOT NULL,
  publisher_id           TEXT        NOT NULL,
  membership_program_id  TEXT,
  ad_placement_id        TEXT,
  ad_creative_id         TEXT,
  product_collection_id  TEXT,
  product_category_id    TEXT,
  item_kind              TEXT        NOT NULL DEFAULT 'product'
    CONSTRAINT pubi_item_kind_check CHECK (item_kind IN (
      'product', 'variant', 'collection', 'category', 'promotion', 'creative', 'external')),
  tracking_code          TEXT        NOT NULL,
  destination_url        TEXT        NOT NULL,
  title                  TEXT,
  image_url              TEXT,
  position               INTEGER     NOT NULL DEFAULT 0,
  utm                    JSONB       NOT NULL DEFAULT '{}',
  start_ts               TIMESTAMPTZ,
  end_ts                 TIMESTAMPTZ,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pubi_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Paused', 'Archived')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pubi_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pubi_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX pubi_tracking_code_key           ON publication_item (tracking_code);
CREATE INDEX        pubi_publication_id_position_idx ON publication_item (publication_id, position);
CREATE INDEX        pubi_publisher_id_create_ts_idx  ON publication_item (publisher_id, create_ts DESC);
CREATE INDEX        pubi_membership_program_id_idx   ON publication_item (membership_program_id);
CREATE INDEX        pubi_ad_placement_id_idx         ON publication_item (ad_placement_id);
CREATE INDEX        pubi_ad_creative_id_idx          ON publication_item (ad_creative_id);
CREATE INDEX        pubi_product_collection_id_idx   ON publication_item (product_collection_id);
CREATE INDEX        pubi_product_category_id_idx     ON publication_item (product_category_id);

COMMENT ON TABLE publication_item IS
'Trackable item of a publication; what a click, impression or view is about.
module: 16 Publisher & Ad Server
note: publisher_id and membership_program_id repeat the publication''s so platform-api enriches a telemetry event
  with one read by tracking_code or id. Products by link_publication_item_product.';
COMMENT ON COLUMN publication_item.publication_id        IS 'ref: publication.id';
COMMENT ON COLUMN publication_item.publisher_id          IS 'ref: publisher.id — repeats the publication''s, so that an event is enriched with one read';
COMMENT ON COLUMN publication_item.membership_program_id IS 'ref: membership_program.id — repeats the publication''s, so that an event is enriched with one read';
COMMENT ON COLUMN publication_item.ad_placement_id       IS 'ref: ad_placement.id';
COMMENT ON COLUMN publication_item.ad_creative_id        IS 'ref: ad_creative.id';
COMMENT ON COLUMN publication_item.product_collection_id IS 'ref: product_collection.id';
COMMENT ON COLUMN publication_item.product_category_id   IS 'ref: product_category.id';
COMMENT ON COLUMN publication_item.tracking_code         IS 'Public code of the item in links.';
COMMENT ON COLUMN publication_item.destination_url       IS 'Where a click leads.';
COMMENT ON COLUMN publication_item.position              IS 'Order within the publication.';
COMMENT ON COLUMN publication_item.utm                   IS 'UTM parameters added to the destination.';

CREATE TABLE publication_telemetry (
  id                   TEXT        CONSTRAINT pubt_pkey PRIMARY KEY CONSTRAINT pubt_id_check CHECK (id LIKE 'pubt\_%'),
  publication_item_id  TEXT        NOT NULL,
  publisher_id         TEXT        NOT NULL,
  telemetry_date       DATE        NOT NULL,
  telemetry_source     TEXT        NOT NULL DEFAULT 'iceberg'
    CONSTRAINT pubt_telemetry_source_check CHECK (telemetry_source IN ('iceberg', 'analytics_engine', 'import')),
  impression_count     BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_impression_count_check CHECK (impression_count >= 0),
  view_count           BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_view_count_check CHECK (view_count >= 0),
  click_count          BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_click_count_check CHECK (click_count >= 0),
  unique_click_count   BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_unique_click_count_check CHECK (unique_click_count >= 0),
  engagement_count     BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_engagement_count_check CHECK (engagement_count >= 0),
  conversion_count     BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_conversion_count_check CHECK (conversion_count >= 0),
  invalid_count        BIGINT      NOT NULL DEFAULT 0 CONSTRAINT pubt_invalid_count_check CHECK (invalid_count >= 0),
  snapshot_reference   TEXT,
  observe_ts           TIMESTAMPTZ NOT NULL,
  status               JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT pubt_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels               JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pubt_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations          JSONB       NOT NULL DEFAULT '{}' CONSTRAINT pubt_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts            TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts            TIMESTAMPTZ
);

CREATE UNIQUE INDEX pubt_publication_item_id_telemetry_date_telemetry_source_key ON publication_telemetry (publication_item_id, telemetry_date, telemetry_source);
CREATE INDEX        pubt_publisher_id_telemetry_date_idx                         ON publication_telemetry (publisher_id, telemetry_date DESC);
CREATE INDEX        pubt_telemetry_date_idx                                      ON publication_telemetry (telemetry_date);

COMMENT ON TABLE publication_telemetry IS
'Daily engagement totals per item, the reconciliation reference to publication.telemetry on R2 (raw events never come to PG).
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN publication_telemetry.publication_item_id IS 'ref: publication_item.id';
COMMENT ON COLUMN publication_telemetry.publisher_id        IS 'ref: publisher.id';
COMMENT ON COLUMN publication_telemetry.telemetry_date      IS 'Day of the events, UTC.';
COMMENT ON COLUMN publication_telemetry.invalid_count       IS 'Events refused as bot, duplicate or self-click.';
COMMENT ON COLUMN publication_telemetry.snapshot_reference  IS 'Iceberg snapshot the totals were read from.';
COMMENT ON COLUMN publication_telemetry.observe_ts          IS 'When the totals were read or computed.';

CREATE TABLE publication_click (
  id                     TEXT        CONSTRAINT clk_pkey PRIMARY KEY CONSTRAINT clk_id_check CHECK (id LIKE 'clk\_%'),
  click_token            TEXT        NOT NULL,
  publication_item_id    TEXT        NOT NULL,
  publication_id         TEXT,
  publisher_id           TEXT        NOT NULL,
  membership_program_id  TEXT,
  visitor_hash           TEXT,
  session_hash           TEXT,
  ip_hash                TEXT,
  user_agent_family      TEXT,
  device_kind            TEXT        NOT NULL DEFAULT 'unknown'
    CONSTRAINT clk_device_kind_check CHECK (device_kind IN ('desktop', 'mobile', 'tablet', 'bot', 'other', 'unknown')),
  country_code           TEXT,
  referrer_host          TEXT,
  landing_url            TEXT,
  sub_reference          TEXT,
  invalid_reason         TEXT        NOT NULL DEFAULT 'none'
    CONSTRAINT clk_invalid_reason_check CHECK (invalid_reason IN (
      'none', 'bot', 'duplicate', 'rate_limited', 'self_click', 'blocked_geo', 'terms')),
  click_ts               TIMESTAMPTZ NOT NULL,
  attribution_expire_ts  TIMESTAMPTZ NOT NULL,
  status                 JSONB       NOT NULL DEFAULT '{"phase":"Open","conditions":[]}'
    CONSTRAINT clk_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Open', 'Attributed', 'Expired', 'Invalid')),
  labels                 JSONB       NOT NULL DEFAULT '{}' CONSTRAINT clk_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations            JSONB       NOT NULL DEFAULT '{}' CONSTRAINT clk_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts              TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts              TIMESTAMPTZ
);

CREATE UNIQUE INDEX clk_click_token_key           ON publication_click (click_token);
CREATE INDEX        clk_publisher_id_click_ts_idx ON publication_click (publisher_id, click_ts DESC);
CREATE INDEX        clk_visitor_hash_click_ts_idx ON publication_click (visitor_hash, click_ts DESC);
CREATE INDEX        clk_attribution_expire_ts_idx ON publication_click (attribution_expire_ts) WHERE delete_ts IS NULL;
CREATE INDEX        clk_publication_item_id_idx   ON publication_click (publication_item_id);
CREATE INDEX        clk_publication_id_idx        ON publication_click (publication_id);
CREATE INDEX        clk_membership_program_id_idx ON publication_click (membership_program_id);

COMMENT ON TABLE publication_click IS
'Click reference kept only for attribution.
module: 16 Publisher & Ad Server
note: insert may be skipped for items outside a program. Purge rows 30 days past attribution_expire_ts unless a
  referral refers to them. Event ids in Iceberg equal this id.';
COMMENT ON COLUMN publication_click.click_token           IS 'Token in the landing URL; equals the event''s id in Iceberg where one was kept.';
COMMENT ON COLUMN publication_click.publication_item_id   IS 'ref: publication_item.id';
COMMENT ON COLUMN publication_click.publication_id        IS 'ref: publication.id';
COMMENT ON COLUMN publication_click.publisher_id          IS 'ref: publisher.id';
COMMENT ON COLUMN publication_click.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN publication_click.visitor_hash          IS 'Keyed hash of the visitor''s identifier, never the identifier.';
COMMENT ON COLUMN publication_click.session_hash          IS 'Keyed hash of the session''s identifier.';
COMMENT ON COLUMN publication_click.ip_hash               IS 'Keyed hash of the address, never the address.';
COMMENT ON COLUMN publication_click.country_code          IS 'ref: region_country.iso_2';
COMMENT ON COLUMN publication_click.sub_reference         IS 'The publisher''s own sub-id.';
COMMENT ON COLUMN publication_click.attribution_expire_ts IS 'After this the click earns nothing; purged 30 days later unless a referral refers to it.';

CREATE TABLE referral (
  id                    TEXT        CONSTRAINT rfl_pkey PRIMARY KEY CONSTRAINT rfl_id_check CHECK (id LIKE 'rfl\_%'),
  publisher_id          TEXT        NOT NULL,
  membership_id         TEXT,
  publication_click_id  TEXT,
  publication_item_id   TEXT,
  promotion_id          TEXT,
  customer_id           TEXT,
  cart_id               TEXT,
  referral_kind         TEXT        NOT NULL
    CONSTRAINT rfl_referral_kind_check CHECK (referral_kind IN ('click', 'code', 'invite', 'manual', 'view_through')),
  referral_code         TEXT,
  visitor_hash          TEXT,
  touch_ts              TIMESTAMPTZ NOT NULL,
  expire_ts             TIMESTAMPTZ NOT NULL,
  convert_ts            TIMESTAMPTZ,
  status                JSONB       NOT NULL DEFAULT '{"phase":"Open","conditions":[]}'
    CONSTRAINT rfl_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Open', 'Converted', 'Expired', 'Superseded', 'Invalid')),
  labels                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rfl_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations           JSONB       NOT NULL DEFAULT '{}' CONSTRAINT rfl_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts             TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts             TIMESTAMPTZ
);

CREATE INDEX rfl_visitor_hash_touch_ts_idx ON referral (visitor_hash, touch_ts DESC);
CREATE INDEX rfl_publisher_id_touch_ts_idx ON referral (publisher_id, touch_ts DESC);
CREATE INDEX rfl_referral_code_idx         ON referral (referral_code);
CREATE INDEX rfl_membership_id_idx         ON referral (membership_id);
CREATE INDEX rfl_publication_click_id_idx  ON referral (publication_click_id);
CREATE INDEX rfl_publication_item_id_idx   ON referral (publication_item_id);
CREATE INDEX rfl_promotion_id_idx          ON referral (promotion_id);
CREATE INDEX rfl_customer_id_idx           ON referral (customer_id);
CREATE INDEX rfl_cart_id_idx               ON referral (cart_id);

COMMENT ON TABLE referral IS
'Credit of a visitor, cart or customer to a publisher (a touch).
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN referral.publisher_id         IS 'ref: publisher.id';
COMMENT ON COLUMN referral.membership_id        IS 'ref: membership.id';
COMMENT ON COLUMN referral.publication_click_id IS 'ref: publication_click.id';
COMMENT ON COLUMN referral.publication_item_id  IS 'ref: publication_item.id';
COMMENT ON COLUMN referral.promotion_id         IS 'ref: promotion.id';
COMMENT ON COLUMN referral.customer_id          IS 'ref: customer.id';
COMMENT ON COLUMN referral.cart_id              IS 'ref: cart.id';
COMMENT ON COLUMN referral.referral_code        IS 'Code that credits the publisher without a click.';
COMMENT ON COLUMN referral.visitor_hash         IS 'Keyed hash of the visitor''s identifier, never the identifier.';
COMMENT ON COLUMN referral.touch_ts             IS 'When the visitor was won.';

CREATE TABLE conversion (
  id                         TEXT        CONSTRAINT cnv_pkey PRIMARY KEY CONSTRAINT cnv_id_check CHECK (id LIKE 'cnv\_%'),
  publisher_id               TEXT        NOT NULL,
  membership_program_id      TEXT,
  referral_id                TEXT,
  publication_click_id       TEXT,
  publication_item_id        TEXT,
  order_header_id            TEXT,
  lead_id                    TEXT,
  customer_id                TEXT,
  conversion_kind            TEXT        NOT NULL DEFAULT 'sale'
    CONSTRAINT cnv_conversion_kind_check CHECK (conversion_kind IN (
      'sale', 'lead', 'signup', 'click', 'subscription')),
  idempotency_key            TEXT        NOT NULL,
  attribution_model          TEXT        NOT NULL DEFAULT 'last_touch'
    CONSTRAINT cnv_attribution_model_check CHECK (attribution_model IN (
      'last_touch', 'first_touch', 'linear', 'code', 'manual')),
  attribution_share          NUMERIC     NOT NULL DEFAULT 1,
  currency_code              TEXT,
  order_amount               NUMERIC,
  raw_order_amount           JSONB,
  CONSTRAINT cnv_order_amount_check CHECK ((order_amount IS NULL) = (raw_order_amount IS NULL)),
  commissionable_amount      NUMERIC,
  raw_commissionable_amount  JSONB,
  CONSTRAINT cnv_commissionable_amount_check CHECK ((commissionable_amount IS NULL) = (raw_commissionable_amount IS NULL)),
  is_new_customer            BOOLEAN     NOT NULL DEFAULT false,
  fraud_score                NUMERIC,
  reverse_reason             TEXT
    CONSTRAINT cnv_reverse_reason_check CHECK (reverse_reason IN (
      'refund', 'cancel', 'fraud', 'duplicate', 'self_referral', 'terms', 'other')),
  convert_ts                 TIMESTAMPTZ NOT NULL,
  lock_ts                    TIMESTAMPTZ,
  approve_ts                 TIMESTAMPTZ,
  reverse_ts                 TIMESTAMPTZ,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT cnv_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Approved', 'Locked', 'Reversed', 'Rejected')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cnv_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cnv_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ,
  CONSTRAINT cnv_row_check CHECK (attribution_share > 0 AND attribution_share <= 1)
);

CREATE UNIQUE INDEX cnv_idempotency_key_key                              ON conversion (idempotency_key);
CREATE UNIQUE INDEX cnv_order_header_id_publisher_id_conversion_kind_key ON conversion (order_header_id, publisher_id, conversion_kind) WHERE delete_ts IS NULL;
CREATE INDEX        cnv_publisher_id_convert_ts_idx                      ON conversion (publisher_id, convert_ts DESC);
CREATE INDEX        cnv_phase_lock_ts_idx                                ON conversion ((status->>'phase'), lock_ts);
CREATE INDEX        cnv_membership_program_id_idx                        ON conversion (membership_program_id);
CREATE INDEX        cnv_referral_id_idx                                  ON conversion (referral_id);
CREATE INDEX        cnv_publication_click_id_idx                         ON conversion (publication_click_id);
CREATE INDEX        cnv_publication_item_id_idx                          ON conversion (publication_item_id);
CREATE INDEX        cnv_lead_id_idx                                      ON conversion (lead_id);
CREATE INDEX        cnv_customer_id_idx                                  ON conversion (customer_id);

COMMENT ON TABLE conversion IS
'Order, lead or signup attributed to a publisher.
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN conversion.publisher_id          IS 'ref: publisher.id';
COMMENT ON COLUMN conversion.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN conversion.referral_id           IS 'ref: referral.id';
COMMENT ON COLUMN conversion.publication_click_id  IS 'ref: publication_click.id';
COMMENT ON COLUMN conversion.publication_item_id   IS 'ref: publication_item.id';
COMMENT ON COLUMN conversion.order_header_id       IS 'ref: order_header.id';
COMMENT ON COLUMN conversion.lead_id               IS 'ref: lead.id';
COMMENT ON COLUMN conversion.customer_id           IS 'ref: customer.id';
COMMENT ON COLUMN conversion.idempotency_key       IS 'Order, publisher and kind: a replay makes no second conversion.';
COMMENT ON COLUMN conversion.attribution_model     IS 'Which touch is credited.';
COMMENT ON COLUMN conversion.attribution_share     IS 'Share of the conversion credited here, above 0 up to 1.';
COMMENT ON COLUMN conversion.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN conversion.commissionable_amount IS 'Part of order_amount that commissions are computed on.';
COMMENT ON COLUMN conversion.fraud_score           IS '0 to 1.';
COMMENT ON COLUMN conversion.lock_ts               IS 'After this a refund becomes a clawback instead of a reversal.';

CREATE TABLE conversion_item (
  id                         TEXT        CONSTRAINT cnvi_pkey PRIMARY KEY CONSTRAINT cnvi_id_check CHECK (id LIKE 'cnvi\_%'),
  conversion_id              TEXT        NOT NULL,
  order_line_item_id         TEXT,
  product_id                 TEXT,
  position                   INTEGER     NOT NULL DEFAULT 1,
  quantity                   INTEGER     NOT NULL DEFAULT 0 CONSTRAINT cnvi_quantity_check CHECK (quantity >= 0),
  refunded_quantity          INTEGER     NOT NULL DEFAULT 0 CONSTRAINT cnvi_refunded_quantity_check CHECK (refunded_quantity >= 0),
  currency_code              TEXT        NOT NULL,
  line_amount                NUMERIC,
  raw_line_amount            JSONB,
  CONSTRAINT cnvi_line_amount_check CHECK ((line_amount IS NULL) = (raw_line_amount IS NULL)),
  commissionable_amount      NUMERIC     NOT NULL,
  raw_commissionable_amount  JSONB       NOT NULL,
  CONSTRAINT cnvi_commissionable_amount_check CHECK ((commissionable_amount IS NULL) = (raw_commissionable_amount IS NULL)),
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Active","conditions":[]}'
    CONSTRAINT cnvi_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Active', 'Archived')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cnvi_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cnvi_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ
);

CREATE UNIQUE INDEX cnvi_conversion_id_position_key ON conversion_item (conversion_id, position);
CREATE INDEX        cnvi_order_line_item_id_idx     ON conversion_item (order_line_item_id);
CREATE INDEX        cnvi_product_id_idx             ON conversion_item (product_id);

COMMENT ON TABLE conversion_item IS
'Commissionable order line of a conversion.
module: 16 Publisher & Ad Server';
COMMENT ON COLUMN conversion_item.conversion_id         IS 'ref: conversion.id';
COMMENT ON COLUMN conversion_item.order_line_item_id    IS 'ref: order_line_item.id';
COMMENT ON COLUMN conversion_item.product_id            IS 'ref: product.id';
COMMENT ON COLUMN conversion_item.position              IS 'Order within the parent, from 1.';
COMMENT ON COLUMN conversion_item.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN conversion_item.commissionable_amount IS 'Part of line_amount that commissions are computed on.';

CREATE TABLE commission_rule (
  id                         TEXT        CONSTRAINT cmr_pkey PRIMARY KEY CONSTRAINT cmr_id_check CHECK (id LIKE 'cmr\_%'),
  membership_program_id      TEXT        NOT NULL,
  membership_tier_id         TEXT,
  publisher_id               TEXT,
  product_category_id        TEXT,
  product_collection_id      TEXT,
  product_id                 TEXT,
  name                       TEXT        NOT NULL,
  event_kind                 TEXT        NOT NULL DEFAULT 'sale'
    CONSTRAINT cmr_event_kind_check CHECK (event_kind IN ('sale', 'lead', 'click', 'impression', 'signup', 'bonus')),
  rate_kind                  TEXT        NOT NULL DEFAULT 'percentage'
    CONSTRAINT cmr_rate_kind_check CHECK (rate_kind IN ('percentage', 'fixed', 'per_mille')),
  rate                       NUMERIC,
  currency_code              TEXT,
  fixed_amount               NUMERIC,
  raw_fixed_amount           JSONB,
  CONSTRAINT cmr_fixed_amount_check CHECK ((fixed_amount IS NULL) = (raw_fixed_amount IS NULL)),
  min_order_amount           NUMERIC,
  raw_min_order_amount       JSONB,
  CONSTRAINT cmr_min_order_amount_check CHECK ((min_order_amount IS NULL) = (raw_min_order_amount IS NULL)),
  max_commission_amount      NUMERIC,
  raw_max_commission_amount  JSONB,
  CONSTRAINT cmr_max_commission_amount_check CHECK ((max_commission_amount IS NULL) = (raw_max_commission_amount IS NULL)),
  cap_period                 TEXT        NOT NULL DEFAULT 'none'
    CONSTRAINT cmr_cap_period_check CHECK (cap_period IN ('none', 'order', 'day', 'month', 'lifetime')),
  new_customer_only          BOOLEAN     NOT NULL DEFAULT false,
  priority                   INTEGER     NOT NULL DEFAULT 0,
  cookie_window_days         INTEGER,
  hold_days                  INTEGER,
  effective_ts               TIMESTAMPTZ NOT NULL,
  expire_ts                  TIMESTAMPTZ,
  status                     JSONB       NOT NULL DEFAULT '{"phase":"Draft","conditions":[]}'
    CONSTRAINT cmr_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Draft', 'Active', 'Expired', 'Archived')),
  labels                     JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cmr_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations                JSONB       NOT NULL DEFAULT '{}' CONSTRAINT cmr_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts                  TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts                  TIMESTAMPTZ,
  CONSTRAINT cmr_row_check CHECK (num_nonnulls(rate, fixed_amount) = 1)
);

CREATE INDEX cmr_membership_program_id_event_kind_priority_idx ON commission_rule (membership_program_id, event_kind, priority DESC);
CREATE INDEX cmr_membership_tier_id_idx                        ON commission_rule (membership_tier_id);
CREATE INDEX cmr_publisher_id_idx                              ON commission_rule (publisher_id);
CREATE INDEX cmr_product_category_id_idx                       ON commission_rule (product_category_id);
CREATE INDEX cmr_product_collection_id_idx                     ON commission_rule (product_collection_id);
CREATE INDEX cmr_product_id_idx                                ON commission_rule (product_id);

COMMENT ON TABLE commission_rule IS
'Rate for a program, tier, publisher or product scope.
module: 16 Publisher & Ad Server
note: null scope columns mean any. The most specific matching rule wins (product, collection, category,
  publisher, tier, program), then priority.';
COMMENT ON COLUMN commission_rule.membership_program_id IS 'ref: membership_program.id';
COMMENT ON COLUMN commission_rule.membership_tier_id    IS 'ref: membership_tier.id';
COMMENT ON COLUMN commission_rule.publisher_id          IS 'ref: publisher.id';
COMMENT ON COLUMN commission_rule.product_category_id   IS 'ref: product_category.id';
COMMENT ON COLUMN commission_rule.product_collection_id IS 'ref: product_collection.id';
COMMENT ON COLUMN commission_rule.product_id            IS 'ref: product.id';
COMMENT ON COLUMN commission_rule.rate                  IS 'Fraction of one, or per thousand impressions for per_mille; exactly one of rate and fixed_amount is set.';
COMMENT ON COLUMN commission_rule.currency_code         IS 'ref: currency.code';
COMMENT ON COLUMN commission_rule.cap_period            IS 'Period that max_commission_amount caps.';
COMMENT ON COLUMN commission_rule.new_customer_only     IS 'Applies only to a customer''s first order.';
COMMENT ON COLUMN commission_rule.priority              IS 'Higher wins.';
COMMENT ON COLUMN commission_rule.cookie_window_days    IS 'Days after a click in which an order is credited.';
COMMENT ON COLUMN commission_rule.hold_days             IS 'Days an earned commission waits for returns.';
COMMENT ON COLUMN commission_rule.effective_ts          IS 'From when it holds.';

CREATE TABLE commission (
  id                      TEXT        CONSTRAINT com_pkey PRIMARY KEY CONSTRAINT com_id_check CHECK (id LIKE 'com\_%'),
  publisher_id            TEXT        NOT NULL,
  membership_id           TEXT,
  membership_program_id   TEXT,
  conversion_id           TEXT,
  conversion_item_id      TEXT,
  commission_rule_id      TEXT,
  publication_item_id     TEXT,
  reversed_commission_id  TEXT,
  payout_id               TEXT,
  commission_kind         TEXT        NOT NULL DEFAULT 'sale'
    CONSTRAINT com_commission_kind_check CHECK (commission_kind IN (
      'sale', 'lead', 'click', 'impression', 'bonus', 'adjustment', 'clawback')),
  idempotency_key         TEXT        NOT NULL,
  quantity                INTEGER     NOT NULL DEFAULT 0 CONSTRAINT com_quantity_check CHECK (quantity >= 0),
  currency_code           TEXT        NOT NULL,
  base_amount             NUMERIC,
  raw_base_amount         JSONB,
  CONSTRAINT com_base_amount_check CHECK ((base_amount IS NULL) = (raw_base_amount IS NULL)),
  rate                    NUMERIC,
  amount                  NUMERIC     NOT NULL,
  raw_amount              JSONB       NOT NULL,
  CONSTRAINT com_amount_check CHECK ((amount IS NULL) = (raw_amount IS NULL)),
  accrual_date            DATE        NOT NULL,
  hold_ts                 TIMESTAMPTZ,
  approve_ts              TIMESTAMPTZ,
  pay_ts                  TIMESTAMPTZ,
  reverse_ts              TIMESTAMPTZ,
  note                    TEXT,
  status                  JSONB       NOT NULL DEFAULT '{"phase":"Pending","conditions":[]}'
    CONSTRAINT com_status_check CHECK (jsonb_typeof(status) = 'object' AND coalesce(status->>'phase','') IN (
      'Pending', 'Held', 'Approved', 'Paid', 'Reversed', 'Rejected')),
  labels                  JSONB       NOT NULL DEFAULT '{}' CONSTRAINT com_labels_check CHECK (jsonb_typeof(labels) = 'object'),
  annotations             JSONB       NOT NULL DEFAULT '{}' CONSTRAINT com_annotations_check CHECK (jsonb_typeof(annotations) = 'object'),
  create_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  update_ts               TIMESTAMPTZ NOT NULL DEFAULT now(),
  delete_ts               TIMESTAMPTZ
);

CREATE UNIQUE INDEX com_idempotency_key_key                 ON commission (idempotency_key);
CREATE INDEX        com_publisher_id_phase_accrual_date_idx ON commission (publisher_id, (status->>'phase'), accrual_date DESC);
CREATE INDEX        com_publisher_id_accrual_date_id_idx    ON commission (publisher_id, accrual_date DESC, id);
CREATE INDEX        com_phase_hold_ts_idx                   ON commission ((status->>'phase'), hold_ts);
CREATE INDEX        com_payout_id_idx                       ON commission (payout_id);
CREATE INDEX        com_membership_id_idx                   ON commission (membership_id);
CREATE INDEX        com_membership_program_id_idx           ON commission (membership_program_id);
CREATE INDEX        com_conversion_id_idx                   ON commission (conversion_id);
CREATE INDEX        com_conversion_item_id_idx              ON commission (conversion_item_id);
CREATE INDEX        com_commission_rule_id_idx              ON commission (commission_rule_id);
CREATE INDEX        com_publication_item_id_idx             ON commission (publication_item_id);
CREATE INDEX        com_reversed_commission_id_idx          ON commission (reversed_commission_id);

COMMENT ON TABLE commission IS
'Amount earned by or clawed back from a publisher.
module: 16 Publisher & Ad Server
note: amount is negative only for clawback and adjustment; hold_ts is when the hold ends. A commission never
  changes amount after Approved; corrections are new rows.';
COMMENT ON COLUMN commission.publisher_id           IS 'ref: publisher.id';
COMMENT ON COLUMN commission.membership_id          IS 'ref: membership.id';
COMMENT ON COLUMN commission.membership_program_id  IS 'ref: membership_program.id';
COMMENT ON COLUMN commission.conversion_id          IS 'ref: conversion.id';
COMMENT ON COLUMN commission.conversion_item_id     IS 'ref: conversion_item.id';
COMMENT ON COLUMN commission.commission_rule_id     IS 'ref: commission_rule.id';
COMMENT ON COLUMN commission.publication_item_id    IS 'ref: publication_item.id';
COMMENT ON COLUMN commission.reversed_commission_id IS 'ref: commission.id — the commission this one takes back';
COMMENT ON COLUMN commission.payout_id              IS 'ref: payout.id — payout that paid it';
COMMENT ON COLUMN commission.idempotency_key        IS 'Makes the write that created the row repeatable: the same key never makes a second row.';
COMMENT ON COLUMN commission.currency_code          IS 'ref: currency.code';
COMMENT ON COLUMN commission.base_amount            IS 'What the rate was applied to.';
COMMENT ON COLUMN commission.rate                   IS 'Fraction of one: 0.2 is 20 %.';
COMMENT ON COLUMN commission.amount                 IS 'Negative only for clawback and adjustment; never changed after Approved.';
COMMENT ON COLUMN commission.accrual_date           IS 'Day it was earned, in the store''s time zone.';
COMMENT ON COLUMN commission.hold_ts                IS 'When the hold ends.';

-- migrate:down

DROP TABLE commission;
DROP TABLE commission_rule;
DROP TABLE conversion_item;
DROP TABLE conversion;
DROP TABLE referral;
DROP TABLE publication_click;
DROP TABLE publication_telemetry;
DROP TABLE publication_item;
DROP TABLE publication;
DROP TABLE ad_creative;
DROP TABLE ad_campaign;
DROP TABLE ad_placement;
DROP TABLE ad_server;
DROP TABLE publisher_channel;
DROP TABLE publisher;

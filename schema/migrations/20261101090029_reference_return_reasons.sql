-- Reference rows: Shopify's return reasons (ReturnReason), in the order in which the admin shows them.
-- Ids are derived from reference|return_reason|<code>.

-- migrate:up

INSERT INTO return_reason (id, code, label, rank, labels) VALUES
  ('rrsn_j6tga022rn7vg8qdvbh27s0jat', 'size_too_small',   'Size too small',   1,  '{"reference":"shopify"}'),
  ('rrsn_g25dhyd1yrwmd5479ctdax59cy', 'size_too_large',   'Size too large',   2,  '{"reference":"shopify"}'),
  ('rrsn_6ybya9ztyjtmxzkbnkm52r3sqv', 'unwanted',         'Unwanted',         3,  '{"reference":"shopify"}'),
  ('rrsn_0vwqfew74k45d5d298x71z90bc', 'not_as_described', 'Not as described', 4,  '{"reference":"shopify"}'),
  ('rrsn_aahhze9s9xdz5hysgynxfvyym6', 'wrong_item',       'Wrong item',       5,  '{"reference":"shopify"}'),
  ('rrsn_tqvgzjf5afkcjx9jxcjas1sj0d', 'defective',        'Defective',        6,  '{"reference":"shopify"}'),
  ('rrsn_gesqm3q9nn2hn4we4501xtxw8z', 'style',            'Style',            7,  '{"reference":"shopify"}'),
  ('rrsn_fejdedm0jpb4m269d8hzsk5zbg', 'color',            'Color',            8,  '{"reference":"shopify"}'),
  ('rrsn_m612r0nx11b7fymxfknb2crwxf', 'other',            'Other',            9,  '{"reference":"shopify"}'),
  ('rrsn_eq2m6tp0rkg7zv3kf6k51qdjwm', 'unknown',          'Unknown',          10, '{"reference":"shopify"}')
ON CONFLICT DO NOTHING;

-- migrate:down

DELETE FROM return_reason WHERE labels->>'reference' = 'shopify';

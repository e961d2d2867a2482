-- The event log is the truth; live_videos and comments are projected from it, to be looked up by.
-- A comment's text stands in its event and nowhere else, so that erasing it is one update.
-- Ids compare as bytes: faster than by language, and the indexes outlive a change of the system's locales.

-- The row of a live video is also the lock that puts the appends to its log in order.
CREATE TABLE live_videos (
  video bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  live_video_id text COLLATE "C" NOT NULL UNIQUE,
  epoch text NOT NULL,
  -- 0: the log has not begun.
  head bigint NOT NULL,
  closed boolean NOT NULL,
  slow_mode_ms bigint,
  pinned_comment_id text COLLATE "C"
)
-- Every append makes a new version of the row: room for it on the same page spares the indexes.
WITH (fillfactor = 50);

CREATE TABLE events (
  video bigint NOT NULL,
  seq bigint NOT NULL,
  -- Milliseconds since 1970.
  at bigint NOT NULL,
  type text NOT NULL,
  -- JSON.
  data text NOT NULL,
  PRIMARY KEY (video, seq)
);

CREATE TABLE comments (
  video bigint NOT NULL,
  seq bigint NOT NULL,
  comment_id text COLLATE "C" NOT NULL,
  author_id text COLLATE "C" NOT NULL,
  -- Milliseconds since 1970.
  created_at bigint NOT NULL,
  removed boolean NOT NULL,
  idempotency_key text COLLATE "C",
  PRIMARY KEY (video, seq)
);
CREATE UNIQUE INDEX comments_by_id ON comments (video, comment_id);
CREATE INDEX comments_by_author ON comments (video, author_id, seq);
CREATE UNIQUE INDEX comments_by_key ON comments (video, author_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

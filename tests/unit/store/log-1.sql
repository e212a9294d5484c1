-- A log as version 1 of the tables held it. Its hashes were computed by Python's hashlib.blake2b.
CREATE TABLE migration (version INTEGER PRIMARY KEY, at_utc_us INTEGER NOT NULL) STRICT;
INSERT INTO migration VALUES (1, 1700000000000000);
CREATE TABLE event (
  meeting TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  at_utc_us INTEGER NOT NULL,
  media_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (meeting, seq)) STRICT;
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
INSERT INTO event VALUES ('demo', 1, 1000, 0, 'server', 'meeting.created', '{"v":1,"title":"Örnek Birleşim"}', x'3cf2d67ec376330857f9a1ff85683f4db2af5183a5be85cd4e6f0bc299881942');
INSERT INTO event VALUES ('demo', 2, 2000000, 0, 'demo', 'broadcast.started', '{"v":1,"record":true,"epoch_utc_us":2000000}', x'1ee246022408640421c46fa4cf7bca1b08ef51fb95b89f6b7f5e5edaff951097');
INSERT INTO event VALUES ('demo', 3, 3000000, 1000000, 'worker', 'source.on_air', '{"v":1,"source":"kart","media_us":990000,"utc_us":2990000}', x'5dd45c3da878bc4a486ee9c2fccaa3308fdb0ebc8d9d4b789f18ca300ff487be');
INSERT INTO event VALUES ('eski', 1, -5, -7, 'server', 'meeting.created', '{"v":1,"title":"Eski"}', x'95c090aa98b1f077c2e5653c4fa9204541b0b340a71fa6da0649c5afbc0346b8');

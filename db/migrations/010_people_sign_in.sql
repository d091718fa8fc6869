-- Accounts, sign-ins, invitations. Erasable, outside the log, not rebuilt: no event holds them.
CREATE TABLE account (
  person INTEGER PRIMARY KEY,
  password TEXT NOT NULL,           -- argon2id: parameters, salt and hash
  changed TEXT NOT NULL
) STRICT;
CREATE TABLE sign_in (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,       -- SHA-256 of the token, which only its holder has
  person INTEGER NOT NULL,
  kind TEXT NOT NULL,               -- browser or script
  label TEXT NOT NULL,              -- of a script's token, what it is for
  made TEXT NOT NULL, seen TEXT NOT NULL, ends TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_person ON sign_in(person);
CREATE TABLE invitation (
  token TEXT PRIMARY KEY,           -- SHA-256 of the one-time token
  person INTEGER NOT NULL, made TEXT NOT NULL, ends TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_person ON invitation(person);
-- Posts that were answered, so that the same post twice is one event.
CREATE TABLE posted (
  person INTEGER NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
-- What a person put off, and how they like to read. Personal, shown to nobody else.
CREATE TABLE skipped (
  person INTEGER NOT NULL, report INTEGER NOT NULL, phase TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (person, phase, report)
) STRICT, WITHOUT ROWID;
CREATE TABLE preference (
  person INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_person ON decision(person, phase, undone, report);
CREATE INDEX event_actor ON event(actor, seq);

-- Words of the records. Operational: made from the contents, made anew at will.
CREATE VIRTUAL TABLE record_words USING fts5(
  title, abstract, people, journal, ids,
  content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE record_words_of (record INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT;

//! Numbered migrations, each in one transaction, recorded with the SHA-256 of its text.

use super::StoreError;
use crate::model::Digest;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// The text of a migration, compiled in.
macro_rules! migration {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/db/migrations/",
            $name,
            ".sql"
        ))
    };
}

/// Every migration, in order. A released file is never edited: add the next.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "001_initial", migration!("001_initial")),
    (2, "002_extraction", migration!("002_extraction")),
    (3, "003_search", migration!("003_search")),
    (4, "004_dedup", migration!("004_dedup")),
    (5, "005_versions", migration!("005_versions")),
    (6, "006_decision_file", migration!("006_decision_file")),
    (7, "007_import_undone", migration!("007_import_undone")),
    (8, "008_counts", migration!("008_counts")),
    (9, "009_parts", migration!("009_parts")),
    (10, "010_people_sign_in", migration!("010_people_sign_in")),
    (11, "011_salts", migration!("011_salts")),
    (12, "012_appraisal", migration!("012_appraisal")),
    (13, "013_correction", migration!("013_correction")),
    (14, "014_full_texts", migration!("014_full_texts")),
    (15, "015_baseline", migration!("015_baseline")),
    (16, "016_discussions", migration!("016_discussions")),
    (17, "017_living", migration!("017_living")),
];

/// Brings the schema to the newest version; refuses a newer or changed one.
pub(super) fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    if is_current(conn)? {
        return Ok(());
    }
    migrate_to(conn, i64::MAX)
}

/// The version of a database's schema; 0 where it has none.
pub(super) fn version(conn: &Connection) -> Result<i64, StoreError> {
    let there: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration')",
        [],
        |row| row.get(0),
    )?;
    if !there {
        return Ok(0);
    }
    Ok(conn.query_row(
        "SELECT coalesce(max(version), 0) FROM migration",
        [],
        |row| row.get(0),
    )?)
}

/// Brings the schema to a version: what a program of that time made.
pub(super) fn migrate_to(conn: &mut Connection, last: i64) -> Result<(), StoreError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
           version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
    )?;
    tx.commit()?;
    for (version, name, sql) in MIGRATIONS.iter().filter(|(version, ..)| *version <= last) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let applied: Option<String> = tx
            .query_row(
                "SELECT checksum FROM migration WHERE version = ?1",
                [version],
                |row| row.get(0),
            )
            .optional()?;
        let checksum = Digest::of(sql.as_bytes()).to_string();
        match applied {
            Some(found) if found == checksum => {}
            Some(_) => return Err(StoreError::MigrationChanged { version: *version }),
            None => {
                tx.execute_batch(sql)?;
                tx.execute(
                    "INSERT INTO migration (version, name, checksum) VALUES (?1, ?2, ?3)",
                    params![version, name, checksum],
                )?;
            }
        }
        tx.commit()?;
    }
    Ok(())
}

/// Whether nothing is to be done. Reads only, so that opening for reading writes nothing.
pub(super) fn is_current(conn: &Connection) -> Result<bool, StoreError> {
    let known = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
    let there: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration')",
        [],
        |row| row.get(0),
    )?;
    if !there {
        return Ok(false);
    }
    let found: i64 = conn.query_row(
        "SELECT coalesce(max(version), 0) FROM migration",
        [],
        |row| row.get(0),
    )?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let mut checksums = conn.prepare("SELECT version, checksum FROM migration ORDER BY version")?;
    let rows = checksums
        .query_map([], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    for (version, found) in &rows {
        let sql = MIGRATIONS
            .iter()
            .find(|(v, ..)| v == version)
            .map(|(.., sql)| *sql);
        if sql.is_none_or(|sql| Digest::of(sql.as_bytes()).to_string() != *found) {
            return Err(StoreError::MigrationChanged { version: *version });
        }
    }
    Ok(rows.len() == MIGRATIONS.len())
}

/// The id of the review that the database belongs to; a new database takes `review`.
pub(super) fn review(conn: &mut Connection, review: &str) -> Result<String, StoreError> {
    if let Some(found) = found_review(conn)? {
        return Ok(found);
    }
    conn.execute(
        "INSERT OR IGNORE INTO meta (key, value) VALUES ('review', ?1)",
        [review],
    )?;
    Ok(found_review(conn)?.unwrap_or_else(|| review.to_owned()))
}

/// The id of the review that the database belongs to, where it has one.
pub(super) fn found_review(conn: &Connection) -> Result<Option<String>, StoreError> {
    let find = conn.query_row(
        "SELECT value FROM main.meta WHERE key = 'review'",
        [],
        |row| row.get(0),
    );
    Ok(find.optional()?)
}

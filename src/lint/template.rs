//! The folder to type a review into: every table with its columns and a line of help for each.

use super::read::COLUMNS;

/// The files with their text.
pub fn files() -> Vec<(&'static str, String)> {
    let mut out: Vec<(&'static str, String)> = COLUMNS
        .iter()
        .map(|table| {
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            let blank = ",".repeat(names.len().saturating_sub(1));
            let mut text = format!(
                "{}\n\"# A row is {}. Rows that begin with # are help and not read.\"{blank}\n",
                names.join(","),
                table.row
            );
            for (name, help) in table.columns {
                text.push_str(&format!("\"# {name}: {help}\"{blank}\n"));
            }
            (table.file, text)
        })
        .collect();
    out.push((
        "meta.json",
        "{\n \"title\": \"\",\n \"random_if\": \"\",\n \"help\": \"random_if is the declared rule for random effects: i2>50, i2>=50 or ph<0.1, always; empty where none is stated exactly\"\n}\n"
            .to_owned(),
    ));
    out
}

#[cfg(test)]
mod tests {
    use crate::lint::{Paper, check, read};

    #[test]
    fn the_empty_folder_is_read_and_holds_nothing() {
        let mut paper = Paper::default();
        for (name, text) in super::files() {
            let kind = read::kind(name, text.as_bytes()).unwrap();
            read::file(&mut paper, kind, name, text.as_bytes()).unwrap();
        }
        assert_eq!(paper, Paper::default());
        assert!(check(&paper).findings.is_empty());
    }
}

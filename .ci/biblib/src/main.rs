//! Reads a RIS or MEDLINE file as the crate biblib does and prints title, DOI and PMID of each record,
//! one JSON array a line: another reader to hold our exports against.

use biblib::{CitationParser, PubMedParser, RisParser};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let (format, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let text = std::fs::read_to_string(path)?;
    let records = match format.as_str() {
        "ris" => RisParser::new().parse(&text)?,
        "nbib" => PubMedParser::new().parse(&text)?,
        other => return Err(format!("`{other}` is neither ris nor nbib").into()),
    };
    for record in records {
        println!("{}", serde_json::json!([record.title, record.doi, record.pmid]));
    }
    Ok(())
}

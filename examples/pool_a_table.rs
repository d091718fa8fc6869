//! Pools a table of trials and draws the forest plot.
//!
//! `cargo run --example pool_a_table -- trials.csv forest.svg`, where the table has the columns
//! `study,e1,n1,e2,n2` (events and participants of both arms).

use perennial::plot::forest::pooled::{ForestWords, of_pooled};
use perennial::plot::{Forest, forest};
use perennial::pool::read::Table;
use perennial::pool::{Kind, Measure, Method, Pooled, Spec, analyse};
use std::error::Error;
use std::io::Write as _;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let table = paths.next().ok_or("which table?")?;
    let (pooled, plot) = pool(&std::fs::read(table)?)?;
    writeln!(std::io::stdout(), "{}", sentence(&pooled))?;
    if let Some(svg) = paths.next() {
        std::fs::write(svg, forest(&plot)?)?;
    }
    Ok(())
}

/// The risk ratio of a random-effects model (REML), and what a forest plot of it shows.
fn pool(bytes: &[u8]) -> Result<(Pooled, Forest), Box<dyn Error>> {
    let table = Table::read(bytes)?;
    let columns = table.columns(Some(Kind::Binary), Some(Measure::Rr))?;
    let rows = table.rows(&columns).collect::<Result<Vec<_>, _>>()?;
    let spec = Spec::new(Measure::Rr).method(Method::Reml);
    let pooled = analyse(&rows, &spec)?;
    let words = ForestWords {
        name: "forest".to_owned(),
        title: "Vaccinated and not vaccinated".to_owned(),
        arms: ["Vaccine".to_owned(), "No vaccine".to_owned()],
        ..ForestWords::default()
    };
    let plot = of_pooled(&pooled, &spec, &words);
    Ok((pooled, plot))
}

/// The pooled estimate on the reader's scale. It is computed as log RR; `back` is the way back.
fn sentence(pooled: &Pooled) -> String {
    match &pooled.back {
        Some(back) => format!(
            "RR {:.2} (95% CI {:.2} to {:.2}), {} trials",
            back.estimate, back.ci[0], back.ci[1], pooled.k
        ),
        None => format!("log RR {:.2}, {} trials", pooled.estimate, pooled.k),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_trials_of_the_bcg_vaccine() {
        let table = b"study,e1,n1,e2,n2\nAronson,4,123,11,139\nFerguson,6,306,29,303\n\
            Rosenthal,3,231,11,220\n";
        let (pooled, plot) = pool(table).unwrap();
        assert!(
            sentence(&pooled).starts_with("RR 0.26 ("),
            "{}",
            sentence(&pooled)
        );
        assert!(forest(&plot).unwrap().contains("Rosenthal"));
    }
}

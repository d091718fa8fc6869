//! The declared rule by which a review chooses its model: `i2>50`, `i2>=50 or ph<0.1`, `always`.

use super::paper::Model;
use super::printed::{Printed, Span};

/// A rule: random effects where one of its alternatives holds in all its parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule(Vec<Vec<Part>>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Is(bool),
    I2 { above: bool, equal: bool, at: f64 },
    P { above: bool, equal: bool, at: f64 },
}

impl Rule {
    /// Reads a rule; nothing where none is stated, or it is not of this form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text
            .trim()
            .to_lowercase()
            .replace("i²", "i2")
            .replace('%', "");
        if text.is_empty() {
            return None;
        }
        let parts: Option<Vec<Vec<Part>>> = text
            .split(" or ")
            .map(|alternative| alternative.split(" and ").map(part).collect())
            .collect();
        parts.map(Self)
    }

    /// Whether it names one model whatever the heterogeneity.
    pub(super) fn is_always(&self) -> bool {
        self.0
            .iter()
            .flatten()
            .all(|part| matches!(part, Part::Is(_)))
    }

    /// The model that it asks for; nothing where the spans leave it open.
    pub(super) fn model(&self, i2: Option<Span>, p: Option<Span>) -> Option<Model> {
        let mut open = false;
        for alternative in &self.0 {
            let answers: Vec<Option<bool>> =
                alternative.iter().map(|part| part.holds(i2, p)).collect();
            if answers.iter().all(|a| *a == Some(true)) {
                return Some(Model::Random);
            }
            open |= !answers.contains(&Some(false));
        }
        (!open).then_some(Model::Fixed)
    }
}

fn part(text: &str) -> Option<Part> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match text.as_str() {
        "always" | "random" => return Some(Part::Is(true)),
        "never" | "fixed" => return Some(Part::Is(false)),
        _ => {}
    }
    let at = text.find(['<', '>', '≥', '≤'])?;
    let (name, rest) = (text.get(..at)?, text.get(at..)?);
    let sign = rest.chars().next()?;
    let equal = matches!(sign, '≥' | '≤') || rest.chars().nth(1) == Some('=');
    let number = Printed::parse(rest.trim_start_matches(['<', '>', '=', '≥', '≤']))?.value;
    let above = matches!(sign, '>' | '≥');
    match name {
        "i2" => Some(Part::I2 {
            above,
            equal,
            at: number,
        }),
        "ph" | "p" | "p_het" | "phet" => Some(Part::P {
            above,
            equal,
            at: number,
        }),
        _ => None,
    }
}

impl Part {
    fn holds(self, i2: Option<Span>, p: Option<Span>) -> Option<bool> {
        let (span, above, equal, at) = match self {
            Self::Is(answer) => return Some(answer),
            Self::I2 { above, equal, at } => (i2?, above, equal, at),
            Self::P { above, equal, at } => (p?, above, equal, at),
        };
        let near = 1e-9;
        // A bound that is touched counts on its side: `<0.1` is below 0.1.
        let beyond = |x: f64| if equal { x >= at - near } else { x > at + near };
        let before = |x: f64| if equal { x <= at + near } else { x < at - near };
        if above {
            if beyond(span.low) {
                Some(true)
            } else if !beyond(span.high) {
                Some(false)
            } else {
                None
            }
        } else if before(span.high) || (span.high <= at + near && span.low <= 0.0) {
            Some(true)
        } else if !before(span.low) {
            Some(false)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(rule: &str, i2: &str, p: &str) -> Option<Model> {
        let i2 = Printed::parse(i2).map(|x| x.percent());
        let p = Printed::parse(p).map(|x| x.probability());
        Rule::parse(rule).unwrap().model(i2, p)
    }

    #[test]
    fn rules_are_worked_out_over_rounding() {
        assert_eq!(model("i2>50", "77", ""), Some(Model::Random));
        assert_eq!(model("i2>50", "50", ""), None);
        assert_eq!(model("i2>50", "49", ""), Some(Model::Fixed));
        assert_eq!(
            model("i2>=50 or ph<0.1", "15.0", "0.317"),
            Some(Model::Fixed)
        );
        assert_eq!(
            model("i2>50 or ph<0.05", "77.0", "0.013"),
            Some(Model::Random)
        );
        assert_eq!(model("i2>50 and ph<0.1", "77", "0.3"), Some(Model::Fixed));
        assert_eq!(model("i2>50 or ph<0.1", "20", ""), None);
        assert_eq!(model("i2>50 or ph<0.1", "20", "<0.1"), Some(Model::Random));
        assert_eq!(model("always", "", ""), Some(Model::Random));
        assert_eq!(Rule::parse(""), None);
        assert_eq!(Rule::parse("where the authors felt so"), None);
    }
}

//! RULE-MODEL: the model that is used is the one that the declared rule asks for.

use crate::lint::declared;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::printed::{Printed, Sign, Span};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "RULE-MODEL",
    checks: "the model that is used is the one that the declared rule asks for.",
    why: "A rule that is kept only sometimes lets the model be chosen by its result.",
    formula: r#"The rule is worked out over every I² and p that round to the printed ones. Where the answer changes inside them it is information only. A rule of "always" that one row breaks is a warning: it may be a sensitivity analysis."#,
    source: "Cochrane Handbook, chapter 10.10.4; AMSTAR 2, item 11",
    fires: r#"random_if = "i2>=50 or ph<0.1"
[[result]]
table = "text"
row = "ASES"
k = 4
i2 = 15.0
p_het = 0.317
model = "R""#,
    silent: r#"random_if = "i2>=50"
[[result]]
table = "Fig 7"
row = "kyphosis"
k = 9
i2 = 60
p_het = 0.009
model = "R""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    let Some(rule) = declared::Rule::parse(&paper.random_if) else {
        return;
    };
    for row in &paper.results {
        let Some(used) = row.model else { continue };
        if row.k == Some(1) {
            continue;
        }
        found.look(RULE.id);
        let i2 = row.i2.as_ref();
        let p = row.p_het.as_ref();
        let asked = rule.model(i2.map(Printed::percent), p.map(Printed::probability));
        let naive = || {
            rule.model(
                i2.map(|x| Span::point(x.value)),
                p.map(|x| {
                    if x.sign == Sign::About {
                        Span::point(x.value)
                    } else {
                        x.probability()
                    }
                }),
            )
        };
        let (asked, severity) = match asked {
            Some(model) if model == used => continue,
            Some(model) if rule.is_always() => (model, Severity::Warn),
            Some(model) => (model, Severity::Error),
            None => match naive() {
                Some(model) if model != used => (model, Severity::Info),
                _ => continue,
            },
        };
        let words =
            |x: Option<&Printed>| x.map_or_else(|| "not printed".to_owned(), |x| x.text.clone());
        let doubt = match severity {
            Severity::Info => " Rounding leaves open which.",
            Severity::Warn => " It may be a sensitivity analysis; then the paper should say so.",
            Severity::Error => "",
        };
        let text = format!(
            "Inconsistent as printed: declared is random if {}; with I² {} and p {} that asks for {}, {} is used.{doubt}",
            paper.random_if,
            words(i2),
            words(p),
            asked.word(),
            used.word()
        );
        found.add(
            Finding::new(RULE.id, severity, row.place(), text)
                .number("rule", paper.random_if.as_str())
                .number("i2", words(i2))
                .number("p_het", words(p))
                .number("asked", asked.word())
                .number("used", used.word())
                .fits(format!("the {} model", asked.word())),
        );
    }
}

//! The numbers of a figure as a table: what stands beside it for those who do not see it, or want
//! to copy it. Every cell is written as the figure writes it.

use super::svg::escape;

/// A table beside a figure.
///
/// ```
/// use perennial::plot::FigureTable;
///
/// let table = FigureTable {
///     caption: "Ratios".into(),
///     head: vec!["Trial".into(), "Ratio".into()],
///     rows: vec![vec!["A & B".into(), "0.53".into()]],
///     ..FigureTable::default()
/// };
/// assert!(table.html().contains("<th scope=\"row\">A &amp; B</th><td class=\"num\">0.53</td>"));
/// assert_eq!(table.markdown(), "| Trial | Ratio |\n|---|---:|\n| A & B | 0.53 |\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FigureTable {
    /// What it holds.
    pub caption: String,
    /// The heads of its columns; the first names the rows.
    pub head: Vec<String>,
    /// How many columns behind the first hold words; the others hold numbers.
    pub words: usize,
    /// The rows, each as long as the head.
    pub rows: Vec<Vec<String>>,
}

impl FigureTable {
    /// The table as HTML, its caption for readers of screens.
    pub fn html(&self) -> String {
        let mut out = format!(
            "<table><caption class=\"vh\">{}</caption>\n<thead><tr>",
            escape(&self.caption)
        );
        for (at, head) in self.head.iter().enumerate() {
            let class = self.class(at);
            out.push_str(&format!("<th scope=\"col\"{class}>{}</th>", escape(head)));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                let cell = escape(cell);
                out.push_str(&if at == 0 {
                    format!("<th scope=\"row\">{cell}</th>")
                } else {
                    format!("<td{}>{cell}</td>", self.class(at))
                });
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table>\n");
        out
    }

    /// Numbers stand to the right.
    fn class(&self, at: usize) -> &'static str {
        if at > self.words {
            " class=\"num\""
        } else {
            ""
        }
    }

    /// The table as Markdown.
    pub fn markdown(&self) -> String {
        let row = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut out = row(&self.head);
        out.push('|');
        for at in 0..self.head.len() {
            out.push_str(if at > self.words { "---:|" } else { "---|" });
        }
        out.push('\n');
        for cells in &self.rows {
            out.push_str(&row(cells));
        }
        out
    }
}

#[cfg(test)]
mod tests;

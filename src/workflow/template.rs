//! What `init DIR` writes: a small review that runs as it stands, to be rewritten.

use super::schema::kind::slug;

const WORKFLOW: &str = include_str!("template/workflow.toml");
const PUBMED: &str = include_str!("template/queries/pubmed.txt");
const README: &str = include_str!("template/README.txt");
const GITIGNORE: &str = include_str!("template/gitignore");

/// The files of a new workspace, as paths from its folder and contents.
///
/// `name` is the folder's name; the review's id is made from it, and is `review` where no letter
/// or digit of it can stand in an id.
///
/// ```
/// let files = perennial::workflow::template::files("Honey & Cough");
/// assert_eq!(files[0].0, "workflow.toml");
/// assert!(files[0].1.contains("id = \"honey-cough\""));
/// ```
pub fn files(name: &str) -> Vec<(&'static str, String)> {
    let id = Some(slug(name)).filter(|id| !id.is_empty());
    let id = id.as_deref().unwrap_or("review");
    vec![
        ("workflow.toml", WORKFLOW.replace("@id@", id)),
        ("queries/pubmed.txt", PUBMED.to_owned()),
        ("README.txt", README.to_owned()),
        (".gitignore", GITIGNORE.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::strategy;
    use crate::workflow::Workflow;

    #[test]
    fn a_new_workspace_is_valid_as_written() {
        let files = files("Über das Ñandú (2026)");
        let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let workflow = Workflow::load(&files[0].1, "workflow.toml").unwrap();
        assert_eq!(workflow.review.id, "ber-das-and-2026");
        let there = |path: &str| paths.iter().any(|p| p == path);
        workflow.check_files(there, &paths).unwrap();
        assert_eq!(workflow.query_files(), ["queries/pubmed.txt"]);
        assert!(
            strategy(&files[1].1, files[1].0)
                .unwrap()
                .starts_with("(honey[mh]")
        );
    }

    #[test]
    fn a_new_workspace_leaves_out_of_git_what_this_repository_does() {
        let ours = include_str!("../../.gitignore");
        for line in GITIGNORE.lines() {
            assert!(ours.lines().any(|l| l == line), "{line}");
        }
    }

    #[test]
    fn a_folder_name_without_latin_letters_still_gives_an_id() {
        assert!(files("評価")[0].1.contains("id = \"review\""));
        assert!(files("..")[0].1.contains("id = \"review\""));
    }
}

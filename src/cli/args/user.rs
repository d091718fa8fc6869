//! The arguments of `user`.

use clap::{Args, Subcommand};

/// `user`
#[derive(Debug, Args)]
pub struct UserArgs {
    /// What to do
    #[command(subcommand)]
    pub command: UserCommand,
}

/// `user add|role|disable|enable|rename|erase|list`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person
    Add {
        /// The name
        name: String,
        /// lead, reviewer, adjudicator, extractor, auditor; several with commas
        #[arg(long, value_name = "ROLE[,ROLE]")]
        role: String,
    },
    /// Give a person other roles
    Role {
        /// The name
        name: String,
        /// The roles, with commas
        role: String,
    },
    /// End a person's part; what they decided stays
    Disable {
        /// The name
        name: String,
    },
    /// Let a person whose part was ended act again
    Enable {
        /// The name
        name: String,
    },
    /// Call a person otherwise
    Rename {
        /// The name
        name: String,
        /// The new name
        new: String,
    },
    /// Erase a person's name for good and end their part; what they decided stays under their number
    Erase {
        /// The name
        name: String,
    },
    /// List people
    List,
}

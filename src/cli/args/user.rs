//! The arguments of `user`.

use clap::{Args, Subcommand};

/// `user`
#[derive(Debug, Args)]
pub struct UserArgs {
    /// What to do
    #[command(subcommand)]
    pub command: UserCommand,
}

/// `user add|role|disable|enable|rename|erase|invite|token|list`
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
    /// Print a one-time address at which a person sets a password, for 7 days
    Invite {
        /// The name
        name: String,
        /// The address of the site [default: what PERENNIAL_URL holds, else http://127.0.0.1:8080]
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
    /// Print a token for scripts with a person's rights, or end those there are
    Token {
        /// The name
        name: String,
        /// Days until it ends, at most 366
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "script")]
        label: String,
        /// End the person's tokens instead
        #[arg(long)]
        end: bool,
    },
    /// List people
    List,
}

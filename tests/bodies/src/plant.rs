//! Bugs planted in a copy of the macro, which the comparison must find.
//!
//! The library is copied into the target directory, one line of its macro is changed there, and the
//! bodies are compiled against the copy. So what is tested is the macro itself with a bug, and
//! the macro that users get contains nothing for the purpose.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A bug, as a change of one place in the macro.
#[derive(Debug)]
pub(crate) struct Plant {
    pub(crate) name: &'static str,
    /// What differs because of it.
    pub(crate) shows_in: &'static str,
    /// What stands once in the macro's sources.
    place: &'static str,
    becomes: &'static str,
}

pub(crate) const ALL: [Plant; 3] = [
    Plant {
        name: "no-capture",
        shows_in: "an argument that the body does not mention is dropped at the call",
        place: "        #capture\n        #destructure\n",
        becomes: "        #destructure\n",
    },
    Plant {
        name: "wrong-order",
        shows_in: "arguments are dropped from the first to the last",
        place: "let reversed = mentions.iter().rev();",
        becomes: "let reversed = mentions.iter();",
    },
    Plant {
        name: "rebinding",
        shows_in: "each argument has two places in the frame",
        place: "                            pat.ident.clone()\n                        }\n                        pat =>",
        becomes: "{ let name = &pat.ident; \
                  destructure.extend(quote!(#cfg let mut #name = #name;)); pat.ident.clone() } } pat =>",
    },
];

/// What the copy needs: the packages whose manifests cargo reads, and their sources.
const COPIED: [&str; 6] = ["Cargo.toml", "Cargo.lock", "src", "macros", "benches", "tests/bodies"];

impl Plant {
    /// Copies the library at `from` to a folder below `below`, with the bug.
    pub(crate) fn copy_library(&self, from: &Path, below: &Path) -> io::Result<PathBuf> {
        let to = below.join(format!("library-{}", self.name));
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        for part in COPIED {
            copy(&from.join(part), &to.join(part))?;
        }
        let places = self.plant_below(&to.join("macros/src"))?;
        if places != 1 {
            let message = format!(
                "the bug `{}` is planted where the macro says `{}`, which is there {places} times",
                self.name, self.place
            );
            return Err(io::Error::other(message));
        }
        Ok(to)
    }

    /// Plants the bug in all files of a folder, and says in how many places.
    fn plant_below(&self, folder: &Path) -> io::Result<usize> {
        let mut places = 0;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                places += self.plant_below(&path)?;
                continue;
            }
            let text = fs::read_to_string(&path)?;
            places += text.matches(self.place).count();
            fs::write(&path, text.replace(self.place, self.becomes))?;
        }
        Ok(places)
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_file() {
        fs::create_dir_all(to.parent().expect("a file has a folder"))?;
        fs::copy(from, to)?;
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if name != "target" {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

//! Reading `name = value, …` in the parentheses of an attribute.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Path, Token};

use crate::errors::Errors;
use crate::root::Root;

/// Which options an attribute has.
pub(crate) struct Options {
    /// All of them, for messages.
    pub(crate) list: &'static str,
    /// The option that is meant by a name, also by what other crates call it.
    pub(crate) meaning: fn(&str) -> Option<&'static str>,
    /// What an option lacks that stands without a value.
    pub(crate) needs: fn(&str) -> &'static str,
}

impl Options {
    /// Calls `value` for each option, to read what stands behind its `=`; that says whether the option
    /// was given before. After a mistake it goes on with what was most likely meant.
    pub(crate) fn read(
        &self,
        args: TokenStream,
        errors: &mut Errors,
        mut value: impl FnMut(&Ident, &str, ParseStream<'_>, &mut Errors) -> syn::Result<bool>,
    ) {
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                self.read_one(input, errors, &mut value)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = read.parse2(args) {
            errors.push(error);
        }
    }

    fn read_one(
        &self,
        input: ParseStream<'_>,
        errors: &mut Errors,
        value: &mut impl FnMut(&Ident, &str, ParseStream<'_>, &mut Errors) -> syn::Result<bool>,
    ) -> syn::Result<()> {
        let list = self.list;
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format!("expected an option: {list}")));
        }
        let name = input.call(Ident::parse_any)?;
        let spelt = name.to_string();
        let Some(meant) = (self.meaning)(&spelt) else {
            errors.at(&name, format!("there is no option `{spelt}`; there are {list}"));
            return skip_to_comma(input);
        };
        if spelt != meant {
            errors.at(&name, format!("there is no option `{spelt}`; did you mean `{meant}`?"));
        }
        if !input.peek(Token![=]) || input.peek2(Token![,]) || is_last_token(input) {
            errors.at(&name, (self.needs)(meant));
            return skip_to_comma(input);
        }
        input.parse::<Token![=]>()?;
        if value(&name, meant, input, errors)? {
            errors.at(&name, format!("`{meant}` is given twice; remove one"));
        }
        Ok(())
    }

    /// Reads the value of `crate`.
    pub(crate) fn read_root(
        &self,
        root: &mut Option<Root>,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<bool> {
        let ahead = input.fork();
        let Ok(path) = ahead.call(Path::parse_mod_style) else {
            let message = (self.needs)("crate");
            errors.push(input.error(message));
            skip_to_comma(input)?;
            return Ok(false);
        };
        input.advance_to(&ahead);
        Ok(root.replace(Root::named(&path)).is_some())
    }
}

fn is_last_token(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![=]>().is_ok() && ahead.is_empty()
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// What `crate` lacks that stands without a value.
pub(crate) const NEEDS_ROOT: &str = "`crate` needs the path of this library: `crate = my_coweave`";

/// Whether `crate` is meant, also by what other crates call it.
pub(crate) fn means_root(name: &str) -> bool {
    matches!(name, "crate" | "krate" | "crate_path" | "crate_name" | "path")
}

//! What the attributes write, as it stands in `tests/expand`: for each `name.rs` a `name.expanded`.
//!
//! `UPDATE_EXPAND=1 cargo test -p coweave-macros` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ImplItem, Item, Meta, TraitItem};

use crate::entry::{self, Entry};
use crate::expand;

/// Every attribute of this crate in place of which its expansion is put.
struct Expand;

impl Expand {
    /// The expansion of a function, if one of `attrs` is ours.
    fn expansion(
        attrs: &mut Vec<Attribute>,
        function: impl Fn(&[Attribute]) -> TokenStream,
    ) -> Option<TokenStream> {
        let is_ours = |attr: &Attribute| attr.path().segments[0].ident == "coweave";
        let attr = attrs.remove(attrs.iter().position(is_ours)?);
        let args = match &attr.meta {
            Meta::List(list) => list.tokens.clone(),
            Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
        };
        let item = function(attrs);
        let name = attr.path().segments.last()?.ident.to_string();
        Some(match name.as_str() {
            "main" => entry::expand(Entry::Main, args, item),
            "test" => entry::expand(Entry::Test, args, item),
            _ => expand::coroutine(args, item),
        })
    }
}

impl VisitMut for Expand {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Fn(it) = item {
            let (vis, sig, block) = (it.vis.clone(), it.sig.clone(), it.block.clone());
            let function = |attrs: &[Attribute]| quote!(#(#attrs)* #vis #sig #block);
            if let Some(expanded) = Self::expansion(&mut it.attrs, function) {
                *item = Item::Verbatim(expanded);
            }
        }
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_impl_item_mut(&mut self, item: &mut ImplItem) {
        if let ImplItem::Fn(it) = item {
            let (vis, sig, block) = (it.vis.clone(), it.sig.clone(), it.block.clone());
            let function = |attrs: &[Attribute]| quote!(#(#attrs)* #vis #sig #block);
            if let Some(expanded) = Self::expansion(&mut it.attrs, function) {
                *item = ImplItem::Verbatim(expanded);
            }
        }
    }

    fn visit_trait_item_mut(&mut self, item: &mut TraitItem) {
        if let TraitItem::Fn(it) = item {
            let (sig, semi) = (it.sig.clone(), it.semi_token);
            let block = it.default.clone();
            let function = |attrs: &[Attribute]| quote!(#(#attrs)* #sig #block #semi);
            if let Some(expanded) = Self::expansion(&mut it.attrs, function) {
                *item = TraitItem::Verbatim(expanded);
            }
        }
    }
}

/// The source with every attribute of this crate expanded, formatted.
fn expanded(source: &str) -> String {
    let mut file: File = syn::parse_str(source).expect("the source parses");
    Expand.visit_file_mut(&mut file);
    let tokens = file.to_token_stream();
    let parsed = syn::parse2(tokens).expect("what is written parses");
    let formatted = prettyplease::unparse(&parsed);
    // The paths of the crate are long and everywhere.
    let shortened = formatted
        .replace("::coweave::__private::", "p::")
        .replace("::core::option::Option::", "")
        .replace("::core::task::Poll::", "");
    format!(
        "// `p` is `::coweave::__private`; paths into `core` are shortened.\n\n{}",
        unnumbered(&shortened)
    )
}

/// Sources that are parsed from a text have no names, but numbers.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split("<parsed string ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|it: char| it.is_ascii_digit());
        text + "source.rs" + rest.strip_prefix('>').unwrap_or(rest)
    })
}

fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/expand");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "rs"));
    paths.sort();
    paths
}

#[test]
fn what_is_written_is_what_stands_in_the_file() {
    let mut differing = Vec::new();
    let sources = sources();
    assert!(sources.len() >= 8);
    for source in sources {
        let written = expanded(&fs::read_to_string(&source).expect("it can be read"));
        let expected = source.with_extension("expanded");
        if std::env::var_os("UPDATE_EXPAND").is_some() {
            fs::write(&expected, written).expect("it can be written");
        } else if fs::read_to_string(&expected).unwrap_or_default() != written {
            differing.push((expected, written));
        }
    }
    for (path, written) in &differing {
        eprintln!("--- {} would now be\n{written}", path.display());
    }
    assert!(differing.is_empty(), "see above; UPDATE_EXPAND=1 writes them anew");
}

//! The lint for arguments that are never used, which the capture of all arguments would silence.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Pat};

use crate::input::{Body, Function};
use crate::root::Root;
use crate::signature::generated;

/// Macros that make up no names: what does not stand in their arguments is not used by them.
const KNOWN_MACROS: [&str; 34] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "join",
    "line",
    "matches",
    "panic",
    "print",
    "println",
    "race",
    "select",
    "stringify",
    "thread_local",
    "todo",
    "try_join",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "yield_all",
    "unimplemented",
];

/// A variable that is not used for every argument whose name does not occur in the body, so that
/// the compiler says of it what it says of an argument.
pub(crate) fn arguments(function: &mut Function, root: &Root) -> TokenStream {
    let Body::Braced(body) = &function.body else { return TokenStream::new() };
    if !is_told_by_its_tokens(body.stream()) {
        return TokenStream::new();
    }
    let mut unused = TokenStream::new();
    for argument in &mut function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(pat) = &*argument.pat else { continue };
        let name = pat.ident.unraw().to_string();
        let is_bare = pat.subpat.is_none() && pat.by_ref.is_none();
        if is_bare && !name.starts_with('_') && !mentions(body.stream(), &name) {
            let (attrs, name) = (&argument.attrs, &pat.ident);
            let span = generated(name.span());
            let p = root.private(span);
            unused.extend(quote_spanned!(span=> #(#attrs)* let #name = #p::UnusedArgument;));
            // What is expected of the argument is fulfilled by the variable.
            argument.attrs.retain(|attr| {
                !(attr.path().is_ident("expect")
                    && mentions(attr.to_token_stream(), "unused_variables"))
            });
        }
    }
    if unused.is_empty() { unused } else { quote!({ #unused }) }
}

/// Whether `name` may be said in `tokens`: as a word, or in a string that formats it.
pub(crate) fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Literal(literal) => literal.to_string().contains(name),
        TokenTree::Punct(_) => false,
    })
}

/// Whether no macro in `tokens` could use a name that does not stand there.
fn is_told_by_its_tokens(tokens: TokenStream) -> bool {
    let mut before: Option<String> = None;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(tree) = tokens.next() {
        match tree {
            TokenTree::Group(group) => {
                if !is_told_by_its_tokens(group.stream()) {
                    return false;
                }
                before = None;
            }
            TokenTree::Ident(ident) => before = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '!' => {
                let is_call = matches!(tokens.peek(), Some(TokenTree::Group(_)));
                let is_known = |name: &String| KNOWN_MACROS.contains(&name.as_str());
                let is_keyword = |name: &String| {
                    matches!(
                        name.as_str(),
                        "if" | "while" | "return" | "match" | "in" | "break" | "yield"
                    )
                };
                if is_call && before.as_ref().is_some_and(|it| !is_known(it) && !is_keyword(it)) {
                    return false;
                }
                before = None;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => before = None,
        }
    }
    true
}

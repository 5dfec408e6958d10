//! A procedural macro whose output uses the attribute.

use proc_macro::{Group, Span, TokenStream, TokenTree};

/// Writes a task, a generator and a stream, all of whose tokens are the macro's own.
#[proc_macro]
pub fn coroutines(_: TokenStream) -> TokenStream {
    let written: TokenStream = "
        /// A task.
        #[::coweave::coroutine]
        pub fn task(n: u32, unused: u32) -> u32 { let unused_too = ::core::future::ready(n).await; n }
        /// A generator.
        #[::coweave::coroutine(yield = u32, max_frame = 64)]
        pub fn generator(n: u32) { yield n; yield_all!(n..n + 2); }
        /// A stream.
        #[::coweave::coroutine(stream = u32)]
        pub fn stream(n: u32) { yield ::core::future::ready(n).await; }
        /// Forwards.
        #[::coweave::coroutine(max_frame = 64)]
        pub fn forwards(a: u32, b: u32) -> u32 { task(a, b).await }
    "
    .parse()
    .unwrap_or_default();
    at(written, Span::mixed_site())
}

/// Marks the function on which it stands as a task, among other attributes.
#[proc_macro_attribute]
pub fn task(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut written: TokenStream = "#[::coweave::coroutine]".parse().unwrap_or_default();
    written.extend(item);
    written
}

fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let place = |tree| {
        let mut tree = match tree {
            TokenTree::Group(it) => Group::new(it.delimiter(), at(it.stream(), span)).into(),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => tree,
        };
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(place).collect()
}

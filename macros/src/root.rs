//! Where the expansion finds the library.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

/// The path of the library: `::coweave`, or what `crate = …` says.
pub(crate) struct Root(TokenStream);

impl Default for Root {
    fn default() -> Self {
        Self(quote_spanned!(Span::mixed_site()=> ::coweave))
    }
}

impl Root {
    pub(crate) fn named(path: &Path) -> Self {
        Self(path.to_token_stream())
    }

    /// The path as a macro by example passes it on.
    pub(crate) fn from_tokens(tokens: TokenStream) -> Self {
        Self(tokens)
    }

    /// Whether a path of these names is this one.
    pub(crate) fn is(&self, names: &[String]) -> bool {
        let own = self.0.clone().into_iter().filter_map(|tree| match tree {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
        own.eq(names.iter().cloned())
    }

    /// The path, for tokens at `at`: what is said about it is said there, while its names mean what
    /// they mean where they were written.
    pub(crate) fn at(&self, at: Span) -> TokenStream {
        relocated(self.0.clone(), at)
    }

    /// The module of all else that the expansion names.
    pub(crate) fn private(&self, at: Span) -> TokenStream {
        let root = self.at(at);
        let rest = quote_spanned!(at=> ::__private);
        quote!(#root #rest)
    }
}

fn relocated(tokens: TokenStream, at: Span) -> TokenStream {
    let relocate = |mut tree: TokenTree| {
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), relocated(group.stream(), at)).into();
        }
        tree.set_span(at.resolved_at(tree.span()));
        tree
    };
    tokens.into_iter().map(relocate).collect()
}

//! The macros that wait for several futures: `select!`, `join!`, `try_join!` and `race!`.
//!
//! In `async` code the compiler expands them. In the body of a coroutine the attribute does, before
//! it rewrites it, because it must see the `.await` that they become.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token::Brace;
use syn::{Expr, Macro, MacroDelimiter, Path, Token};

use crate::root::Root;
use crate::signature::generated;
use crate::{join, lowering, select};

#[derive(Clone, Copy)]
pub(crate) enum Several {
    Select,
    Join,
    TryJoin,
    Race,
}

impl Several {
    /// Which of them a macro is, by its path: its bare name, or its name in the library.
    pub(crate) fn of(mac: &Macro, root: &Root) -> Option<Self> {
        let mut names: Vec<String> =
            mac.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let this = match names.pop()?.as_str() {
            "select" => Self::Select,
            "join" => Self::Join,
            "try_join" => Self::TryJoin,
            "race" => Self::Race,
            _ => return None,
        };
        let is_ours = names.is_empty() || root.is(&names);
        (is_ours && !is_mention(mac)).then_some(this)
    }

    fn expand(self, mac: &Macro, root: &Root, place: &Place<'_>) -> syn::Result<TokenStream> {
        match self {
            Self::Select => select::expand(mac, root, place),
            Self::Join => join::join(mac, root, place),
            Self::TryJoin => join::try_join(mac, root, place),
            Self::Race => join::race(mac, root, place),
        }
    }

    /// For the compiler; `tokens` begin with the path of the library, in parentheses.
    pub(crate) fn in_async(self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter();
        let Some(TokenTree::Group(root)) = tokens.next() else { return TokenStream::new() };
        let mac = Macro {
            path: Path { leading_colon: None, segments: Punctuated::new() },
            bang_token: <Token![!]>::default(),
            delimiter: MacroDelimiter::Brace(Brace::default()),
            tokens: tokens.collect(),
        };
        self.expand(&mac, &Root::from_tokens(root.stream()), &Place::Call)
            .unwrap_or_else(|error| error.to_compile_error())
    }

    /// For the rewriting of a function's body.
    pub(crate) fn in_coroutine(
        self,
        mac: &Macro,
        root: &Root,
        function: &str,
    ) -> syn::Result<Expr> {
        let at = mac.path.span();
        let place = Place::Body { path: &mac.path, function };
        let expanded = self.expand(mac, root, &place).map_err(|error| {
            // Where the input ends too early, nothing in it can be pointed at.
            if mac.tokens.is_empty() { syn::Error::new(at, error) } else { error }
        })?;
        syn::parse2(expanded)
    }
}

/// Whether it is `select! { @is_used }`, as [`Place::site`] writes it.
fn is_mention(mac: &Macro) -> bool {
    let first = mac.tokens.clone().into_iter().next();
    first.is_some_and(|tree| tree.to_string() == "@")
}

/// Where a macro stands.
pub(crate) enum Place<'a> {
    /// Where the compiler expands it.
    Call,
    /// In a body that is rewritten.
    Body { path: &'a Path, function: &'a str },
}

impl Place<'_> {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Call => Span::mixed_site(),
            Self::Body { path, .. } => generated(path.span()),
        }
    }

    /// The `static` that names this place.
    pub(crate) fn site(&self, root: &Root) -> TokenStream {
        match self {
            Self::Call => {
                let span = self.span();
                let p = root.private(span);
                quote_spanned! {span=>
                    static __SITE: #p::Site =
                        #p::Site::new("", ::core::file!(), ::core::line!(), ::core::column!());
                }
            }
            Self::Body { path, function } => {
                let site = lowering::site(path.span(), function, root);
                // The macro is used, so its import is; and it is this library's, or does not know
                // this word.
                quote_spanned!(self.span()=> #path! { @is_used } #site)
            }
        }
    }

    /// An expression that is a reference to it.
    pub(crate) fn site_reference(&self, root: &Root) -> TokenStream {
        let site = self.site(root);
        quote_spanned!(self.span()=> { #site &__SITE })
    }
}

/// `p::Chain(a, p::Chain(b, p::End))`.
pub(crate) fn chained(links: Vec<TokenStream>, root: &Root, span: Span) -> TokenStream {
    let p = root.private(span);
    let end = quote_spanned!(span=> #p::End);
    links.into_iter().rev().fold(end, |rest, link| quote_spanned!(span=> #p::Chain(#link, #rest)))
}

/// `p::Won::There(p::Won::Here(value))`, for the second link.
pub(crate) fn won(position: usize, value: TokenStream, root: &Root, span: Span) -> TokenStream {
    let p = root.private(span);
    let here = quote_spanned!(span=> #p::Won::Here(#value));
    (0..position).fold(here, |inner, _| quote_spanned!(span=> #p::Won::There(#inner)))
}

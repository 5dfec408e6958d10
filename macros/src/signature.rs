//! From the user's signature to the one of the function that builds the coroutine.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, FnArg, Pat, ReturnType, Signature, Type, Visibility};

use crate::args::{Args, Kind};
use crate::input::{Body, Function};
use crate::root::Root;

/// A span for what the macro writes: its names cannot meet the user's, and what is said about it
/// is said at `at`.
pub(crate) fn generated(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// What the user's signature returns.
pub(crate) struct Output {
    /// The type, spelt so that it can stand anywhere.
    pub(crate) ty: TokenStream,
    /// `-> T` for the coroutine's literal; nothing where `T` cannot be written there.
    pub(crate) annotation: TokenStream,
    /// Whether `ty` can be an argument of a generic function.
    pub(crate) is_nameable: bool,
}

impl Output {
    pub(crate) fn of(sig: &Signature, root: &Root) -> Self {
        match &sig.output {
            ReturnType::Default => {
                let span = generated(sig.ident.span());
                Self {
                    ty: quote_spanned!(span=> ()),
                    annotation: quote_spanned!(span=> -> ()),
                    is_nameable: true,
                }
            }
            ReturnType::Type(arrow, ty) if matches!(**ty, Type::Never(_)) => {
                let span = generated(ty.span());
                let p = root.private(span);
                Self {
                    ty: quote_spanned! {span=>
                        <fn() -> ! as #p::Returned>::Output
                    },
                    annotation: quote!(#arrow #ty),
                    is_nameable: true,
                }
            }
            ReturnType::Type(_, ty) if contains_impl(ty) => Self {
                ty: ty.to_token_stream(),
                annotation: TokenStream::new(),
                is_nameable: false,
            },
            ReturnType::Type(arrow, ty) => {
                Self { ty: ty.to_token_stream(), annotation: quote!(#arrow #ty), is_nameable: true }
            }
        }
    }
}

/// What the lowered function returns.
///
/// That a task records its sites is said only where `is_sited`: see [`may_be_sited`].
pub(crate) fn returned(args: &Args, output: &Output, is_sited: bool, at: Span) -> TokenStream {
    let span = generated(at);
    let (ret, root) = (&output.ty, args.root.at(span));
    match &args.kind {
        Kind::Task => {
            let sited = is_sited.then(|| quote_spanned!(span=> + #root::Sited));
            quote_spanned!(span=> impl ::core::future::Future<Output = #ret> #sited)
        }
        Kind::Generator { item, resume } => quote_spanned! {span=>
            #root::Generator<
                impl #root::Frame<Yield = #item, Resume = #resume, Return = #ret>
            >
        },
        Kind::Stream { item } => quote_spanned! {span=>
            #root::Streaming<impl #root::StreamFrame<Item = #item>>
        },
    }
}

/// Whether the function is no method of a trait, which any other future may meet, or override.
///
/// Nothing else tells them apart: a method of a trait has no visibility, and rarely no receiver.
pub(crate) fn may_be_sited(function: &Function) -> bool {
    let has_body = matches!(function.body, Body::Braced(_));
    let is_visible = !matches!(function.vis, Visibility::Inherited);
    has_body && (is_visible || function.sig.receiver().is_none())
}

/// The arguments, made ready to be captured.
pub(crate) struct Arguments {
    /// Mentions every argument, so that all are captured, whole.
    ///
    /// What a closure captures is dropped in the order of first mention, and a function drops its
    /// arguments from the last to the first.
    pub(crate) capture: TokenStream,
    /// Takes the arguments apart that are patterns.
    pub(crate) destructure: TokenStream,
}

impl Arguments {
    /// Gives every argument that is a pattern a plain name.
    pub(crate) fn name_all(sig: &mut Signature) -> Self {
        let mut mentions = Vec::new();
        let mut has_underscored = false;
        let mut destructure = TokenStream::new();
        for (position, argument) in sig.inputs.iter_mut().enumerate() {
            match argument {
                FnArg::Receiver(receiver) => {
                    let (cfg, this) = (cfg_of(&receiver.attrs), &receiver.self_token);
                    mentions.push(quote!(#cfg &#this,));
                }
                FnArg::Typed(argument) => {
                    let cfg = cfg_of(&argument.attrs);
                    let name = match &*argument.pat {
                        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
                            pat.ident.clone()
                        }
                        pat => {
                            let span = generated(pat.span());
                            let name = format_ident!("__argument_{position}", span = span);
                            if !matches!(pat, Pat::Wild(_)) {
                                destructure.extend(quote_spanned!(span=> #cfg let #pat = #name;));
                            }
                            *argument.pat = syn::parse_quote!(#name);
                            name
                        }
                    };
                    has_underscored |= name.to_string().starts_with('_');
                    mentions.push(quote!(#cfg &#name,));
                }
            }
        }
        let reversed = mentions.iter().rev();
        let span = generated(sig.ident.span());
        let allow = has_underscored.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
        Self { capture: quote_spanned!(span=> #allow let _ = (#(#reversed)*);), destructure }
    }
}

fn cfg_of(attrs: &[Attribute]) -> TokenStream {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).map(ToTokens::to_token_stream).collect()
}

/// Whether `ty` says `impl Trait` somewhere.
pub(crate) fn contains_impl(ty: &Type) -> bool {
    struct Search(bool);
    impl VisitMut for Search {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            self.0 |= matches!(ty, Type::ImplTrait(_));
            visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut search = Search(false);
    search.visit_type_mut(&mut ty.clone());
    search.0
}

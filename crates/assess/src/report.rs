//! What is known of one report when it is scored.

use crate::Category;

/// One report and what the house found around it.
///
/// Everything but the text may be unknown: what is unknown neither raises nor lowers anything.
// No Debug: the text is personal.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Report<'a> {
    /// The reporter's own words. Of a very long text only the beginning and the end are read.
    pub text: &'a str,
    /// How the report came in.
    pub channel: Option<Channel>,
    /// Local hour of the site when it happened, 0 to 23.
    pub hour: Option<u8>,
    /// Value of the goods or the damage in minor units (pence, cents).
    pub value_minor: Option<i64>,
    /// What the site saw lately.
    pub site_history: Option<SiteHistory>,
    /// What the tills say; `None` where nothing was asked of them.
    pub tills: Option<TillFindings<'a>>,
    /// The category that the reporter chose. An id the model does not know counts as not chosen.
    pub reported_category: Option<&'a str>,
}

/// How a report came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The shop-floor terminal.
    Terminal,
    /// A phone call or the phone app.
    Phone,
    /// A partner's or a device's API call.
    Api,
    /// E-mail.
    Mail,
    /// The public form.
    Portal,
}

/// Incidents of a site in the last 30 days, this one not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SiteHistory {
    /// All of them.
    pub incidents_30_days: u32,
    /// Those with violence or a weapon.
    pub violent_30_days: u32,
}

/// What the tills of the site did in the window around the incident.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TillFindings<'a> {
    /// Sales in the window.
    pub sales: u32,
    /// Refunds in the window.
    pub refunds: u32,
    /// Voided sales in the window.
    pub voids: u32,
    /// Drawer openings without a sale in the window.
    pub no_sales: u32,
    /// Reported items that a till sold in the window.
    pub items_sold: u32,
    /// Reported items that a till refunded in the window.
    pub items_refunded: u32,
    /// The refund nearest in time.
    pub nearest_refund: Option<TillMoment<'a>>,
}

/// A transaction at a till, relative to the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TillMoment<'a> {
    /// The till as people call it.
    pub till: &'a str,
    /// Seconds from the incident to the transaction; negative is before.
    pub offset_s: i64,
}

impl Report<'_> {
    /// The category that the reporter chose, if the model knows it.
    #[must_use]
    pub fn chosen(&self) -> Option<Category> {
        self.reported_category.and_then(|id| id.parse().ok())
    }
}

//! A loyalty client for web stores and edge workers.

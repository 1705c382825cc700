//! An Open Loyalty and a koomalooma server as one pure state machine.

export type Rat = "NB-IoT" | "LTE-M" | "LTE" | "NR";
export type Tier = "nbiot" | "cat1" | "redcap";
export type Family = "ipv6" | "ipv4";

import { buildXsHost, XsUnavailable } from "../../host-sim/engine/xs-build.js";

async function whyNot(): Promise<string | undefined> {
	try {
		await buildXsHost();
		return undefined;
	} catch (error) {
		if (!(error instanceof XsUnavailable) || process.env.CI === "true") throw error;
		return error.message;
	}
}

const reason = await whyNot();
if (reason !== undefined) console.warn(`tests/xs: left out, ${reason}`);

/** Whether XS can be had on this machine. Where CI=true it must be. */
export const hasXs = reason === undefined;

import { lstatSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { PortError } from "./port-error.js";

function isLink(path: string): boolean | undefined {
	try {
		return lstatSync(path).isSymbolicLink();
	} catch {
		return undefined;
	}
}

/**
 * Gives a port a path that stays the same from run to run. A link that an earlier run left behind is replaced; anything
 * else at that path is not touched. Returns what removes the link.
 */
export function linkPort(link: string, target: string): () => void {
	const existing = isLink(link);
	if (existing === false) throw new PortError("invalid", link, `${link} exists and is no link: choose another path`);
	try {
		if (existing) unlinkSync(link);
		symlinkSync(target, link);
	} catch (error) {
		throw new PortError(
			"invalid",
			link,
			`${link}: cannot be made a link (${(error as NodeJS.ErrnoException).code}); its folder must exist and be writable`,
		);
	}
	return () => {
		// Another run may have taken the path over.
		if (isLink(link) && readlinkSync(link) === target) unlinkSync(link);
	};
}

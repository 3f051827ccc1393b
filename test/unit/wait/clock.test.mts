import { systemClock } from '../../../nodes/InstaSd/api/clock';

test('a pause is ended by the signal at once, and not by its time', async () => {
	const stop = new AbortController();
	const pause = systemClock.sleep(3_600_000, stop.signal);
	stop.abort(new Error('stopped'));
	await expect(pause).rejects.toThrow('stopped');
	await expect(systemClock.sleep(1, stop.signal)).rejects.toThrow('stopped');
});

test('time goes on evenly when the clock of the computer is set back', () => {
	const before = systemClock.now();
	const date = jest.spyOn(Date, 'now').mockReturnValue(0);
	expect(systemClock.now()).toBeGreaterThanOrEqual(before);
	expect(systemClock.date()).toBe(0);
	date.mockRestore();
});
